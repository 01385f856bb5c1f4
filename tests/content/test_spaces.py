"""Spaces: who makes them, who reads in them from one request to the next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from portal.content.images import services as images
from portal.content.spaces import queries, services
from portal.content.spaces.services import SpaceInput
from portal.kernel.errors import ForbiddenError, InvalidError, NotFoundError
from portal.platform import access
from portal.platform.pictures import Picture
from tests import builders
from tests.builders.people import administrator, system

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from portal.people.models import User
    from tests.builders.browser import Browser

WANTED = SpaceInput("市场情报", "Market", "", is_open=True, readers=frozenset({"all"}), editors=frozenset())


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def reader(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳")


@pytest.mark.databases
def test_a_key_and_a_name_are_given_once(session: Session) -> None:
    services.create(session, system(), "market", WANTED)
    with pytest.raises(InvalidError) as refused:
        services.create(session, system(), "market", replace(WANTED, name="另一个"))
    assert set(refused.value.fields) == {"key"}
    with pytest.raises(InvalidError) as refused:
        services.create(session, system(), "other", WANTED)
    assert set(refused.value.fields) == {"name"}


def test_administrators_alone_make_and_change_spaces(session: Session, author: User) -> None:
    with pytest.raises(ForbiddenError):
        services.create(session, builders.actor_of(session, author), "market", WANTED)
    space = services.create(session, system(), "market", WANTED)
    with pytest.raises(ForbiddenError):
        services.change(session, builders.actor_of(session, author), space, WANTED)


@pytest.mark.databases
def test_another_audience_holds_from_the_next_look(session: Session, author: User, reader: User) -> None:
    space = services.create(session, system(), "market", WANTED)
    document = builders.document(session, author, space)
    session.flush()
    services.change(session, system(), space, replace(WANTED, readers=frozenset({f"user:{author.id}"})))
    session.flush()
    actor = builders.actor_of(session, reader)
    assert not access.readable_ids(session, actor, [document.id])
    with pytest.raises(NotFoundError):
        queries.find_space(session, actor, "market")
    services.change(
        session,
        system(),
        space,
        replace(WANTED, editors=frozenset({reader.id}), readers=frozenset({"post:none"})),
    )
    session.flush()
    assert access.readable_ids(session, builders.actor_of(session, reader), [document.id])


@pytest.mark.databases
def test_an_overview_counts_what_one_may_read(session: Session, author: User, reader: User) -> None:
    space = services.create(session, system(), "market", WANTED)
    builders.document(session, author, space, "给大家")
    builders.document(session, author, space, "给自己", readers=[f"user:{author.id}"])
    session.flush()
    counts = [
        queries.overview(session, builders.actor_of(session, user))[0].document_count
        for user in (author, reader)
    ]
    assert counts == [2, 1]


def test_administrators_know_of_every_space_but_read_only_their_own(session: Session, author: User) -> None:
    admin = administrator(session)
    space = builders.space(session, readers=[f"user:{author.id}"])
    document = builders.document(session, author, space)
    session.flush()
    actor = builders.actor_of(session, admin)
    assert queries.find_space(session, actor, "handbook") is space
    assert queries.overview(session, actor)[0].document_count == 0
    assert not access.readable_ids(session, actor, [document.id])


@pytest.mark.databases
def test_a_picture_follows_the_document_it_was_first_used_in(
    session: Session, author: User, reader: User, tmp_path: Path
) -> None:
    space = builders.space(session)
    image = images.keep(
        session, builders.actor_of(session, author), tmp_path, Picture(b"\x89PNG", "image/png", 1, 1)
    )
    with pytest.raises(NotFoundError):
        images.find(session, builders.actor_of(session, reader), image.key)
    document = builders.document(session, author, space, body=f"![图](/images/{image.key})")
    session.refresh(image)
    assert image.item_id == document.id
    assert images.find(session, builders.actor_of(session, reader), image.key) is image
    builders.document(session, reader, space, "借用", body=f"![图](/images/{image.key})")
    session.refresh(image)
    assert image.item_id == document.id


@pytest.mark.parametrize("key", ["Market", "市场", "m", "1market", "a" * 41, "a b"])
def test_a_key_is_short_and_plain(session: Session, client: Browser, key: str) -> None:
    administrator(session)
    sent = {"key": key, "name": "新的", "audience": ["all"]}
    assert client.sign_in("guanli").post("/spaces", data=sent).status_code == 422


@pytest.mark.databases
def test_a_space_through_the_browser(session: Session, client: Browser) -> None:
    admin = administrator(session)
    sent = {"key": "market", "name": "市场", "audience": ["all"], "editors": [admin.id], "is_open": "y"}
    assert client.sign_in("guanli").post("/spaces", data=sent).status_code == 302
    assert client.post("/spaces", data=sent).status_code == 422
    assert client.post("/spaces/market", data={**sent, "name": "市场情报"}).status_code == 302
    assert "市场情报" in client.get("/spaces/market").text
