"""Scenarios 47 to 51 of `permissions.md`."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from portal.content import redirects
from portal.content.images import services as images
from portal.content.shelves import services as shelves
from portal.content.spaces import services as spaces
from portal.content.spaces.services import SpaceInput
from portal.features.documents import services
from portal.features.documents.merging import services as merging
from portal.platform.pictures import Picture
from tests import builders
from tests.builders.browser import Browser
from tests.builders.documents import manuscript
from tests.builders.people import system

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from portal.config import Settings
    from portal.content.spaces.models import Space
    from portal.people.models import User

WORD = "琥珀色母粒"


@pytest.fixture
def people(session: Session) -> dict[str, User]:
    names = {"author": "赵一", "editor": "钱二", "reader": "孙三"}
    return {key: builders.person(session, key, name) for key, name in names.items()}


@pytest.fixture
def space(session: Session, people: dict[str, User]) -> Space:
    return builders.space(session, editors=[people["editor"]])


def browser(app: Flask, user: User) -> Browser:
    opened = app.test_client()
    assert isinstance(opened, Browser)
    return opened.sign_in(user.username)


def sees(app: Flask, user: User, *paths: str) -> set[bool]:
    page = browser(app, user)
    return {WORD in page.get(path).text for path in paths}


def close(session: Session, space: Space, people: dict[str, User]) -> None:
    """Nobody but the author and the editor reads the space any more."""
    tokens = frozenset({f"user:{people['author'].id}"})
    wanted = SpaceInput(space.name, "", "", True, tokens, frozenset({people["editor"].id}))
    spaces.change(session, system(), space, wanted)
    session.commit()


@pytest.mark.parametrize(
    ("more", "seeing"),
    [({}, {"author", "editor"}), ({"state": "draft"}, {"author"}), ({"readers": ["user:1"]}, {"author"})],
)
def test_47_the_bin(
    more: dict[str, object],
    seeing: set[str],
    app: Flask,
    session: Session,
    people: dict[str, User],
    space: Space,
) -> None:
    document = builders.document(session, people["author"], space, WORD, **more)  # type: ignore[arg-type]
    number = document.id
    services.delete(session, builders.actor_of(session, people["author"]), document)
    session.commit()
    for name, user in people.items():
        paths = ("/bin", "/bin?of=spaces") if name == "author" else ("/bin?of=spaces",)
        assert sees(app, user, *paths, f"/bin/{number}") == {name in seeing}, name
        if name not in seeing:
            page = browser(app, user)
            assert page.post(f"/bin/{number}/purges").status_code == 404
            assert page.post(f"/documents/{number}/restoration").status_code == 404
    assert browser(app, people["author"]).post(f"/bin/{number}/purges").status_code == 302
    assert builders.document(session, people["author"], space).id > number


def test_48_addresses_of_merged_documents(
    app: Flask, session: Session, people: dict[str, User], space: Space
) -> None:
    closed = builders.space(session, "closed", "内部", readers=[f"user:{people['author'].id}"])
    target = builders.document(session, people["author"], closed, "留下")
    source = builders.document(session, people["author"], space, WORD)
    answer = builders.reply(session, people["reader"], source)
    made = merging.joined(session, source, target, target.title, merging.APPEND)
    actor = builders.actor_of(session, people["author"])
    merging.merge(session, actor, source, target, merging.MergeInput(made, 1, 1))
    session.commit()
    for name, user in people.items():
        page = browser(app, user)
        paths = (f"/documents/{source.id}", f"/items/{source.id}", f"/items/{answer.id}")
        found = {page.get(path, follow_redirects=True).status_code for path in paths}
        assert found == ({200} if name == "author" else {404}), name
        asking = builders.actor_of(session, user)
        assert (redirects.by_title(session, asking, WORD) is not None) is (name == "author")


def test_49_shelves(app: Flask, session: Session, people: dict[str, User], space: Space) -> None:
    document = builders.document(session, people["author"], space, WORD)
    actor = builders.actor_of(session, people["reader"])
    shelves.star(session, actor, document, on=True)
    shelves.put_off(session, actor, document, on=True)
    session.commit()
    paths = ("/favourites", "/reading-list")
    assert sees(app, people["reader"], *paths) == {True}
    assert sees(app, people["author"], *paths) == {False}
    close(session, space, people)
    assert sees(app, people["reader"], *paths) == {False}


def test_50_one_act_for_many(app: Flask, session: Session, people: dict[str, User], space: Space) -> None:
    hidden = builders.document(session, people["author"], space, WORD, state="draft")
    foreign = builders.document(session, people["author"], space, "别人的")
    page = browser(app, people["reader"])
    for act in ("move", "tag", "untag", "publish", "archive", "delete"):
        sent = {"ids": [hidden.id, foreign.id], "act": act, "space": space.id, "tag": "新"}
        shown = page.get(page.post("/batches", data=sent).headers["Location"]).text
        assert WORD not in shown
        assert "别人的" in shown
    session.expire_all()
    assert (hidden.state, foreign.state, foreign.version) == ("draft", "published", 1)


def test_51_taking_along(
    app: Flask, session: Session, settings: Settings, people: dict[str, User], space: Space
) -> None:
    author = builders.actor_of(session, people["author"])
    picture = images.keep(session, author, settings.uploads_path, Picture(b"x", "image/png", 1, 1))
    shown = f"![](/images/{picture.key})"
    builders.document(session, people["author"], space, "藏图", body=shown, state="draft")
    document = builders.document(session, people["author"], space, WORD, body="字")
    text = services.DocumentInput(manuscript(WORD, f"字{shown}"), space.id)
    services.edit(session, author, document, text, 1)
    session.commit()
    path = f"/documents/{document.id}/export.md"
    own = browser(app, people["author"]).get(path)
    with zipfile.ZipFile(io.BytesIO(own.data)) as package:
        assert len(package.namelist()) == 2
    # The picture belongs to the draft: a reader of the document gets the text without it.
    assert browser(app, people["reader"]).get(path).mimetype == "text/markdown"
    close(session, space, people)
    assert browser(app, people["reader"]).get(path).status_code == 404
