"""Documents through the browser: forms, conflicts, limits, and what a page does with what people type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from markupsafe import escape
from sqlalchemy import func, select

from portal.content.records import Revision
from portal.content.spaces.models import SpaceEditor
from portal.features.documents import services
from portal.features.documents.models import Document
from portal.features.documents.services import DocumentInput
from portal.platform.items import DRAFT
from tests import builders
from tests.builders.documents import manuscript
from tests.builders.people import administrator

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from portal.content.spaces.models import Space
    from portal.people.models import User
    from tests.builders.browser import Browser

HOSTILE = "<b>&\"'</b>"


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def space(session: Session) -> Space:
    return builders.space(session)


@pytest.fixture
def browser(session: Session, author: User, space: Space, client: Browser) -> Browser:
    del space
    session.commit()
    return client.sign_in(author.username)


def save(browser: Browser, chosen: Space, path: str = "/documents", **fields: Any) -> TestResponse:  # noqa: ANN401
    sent = {"title": "题目", "body": "内容", "space": chosen.id, "tags": "", "action": "publish", **fields}
    return browser.post(path, data=sent)


def number(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Document)).one()


@pytest.mark.databases
def test_a_document_is_written_published_and_read(browser: Browser, space: Space, session: Session) -> None:
    saved = save(browser, space, title="白炭黑分散", body="先**烘干**。", tags="轮胎，白炭黑；ＥＲＰ")
    assert saved.status_code == 302
    shown = browser.get(saved.headers["Location"])
    assert all(text in shown.text for text in ("白炭黑分散", "<strong>烘干</strong>", "轮胎", "ＥＲＰ"))
    document = session.scalars(select(Document)).one()
    assert (document.state, document.version) == ("published", 1)


def test_a_draft_is_saved_as_one(browser: Browser, space: Space, session: Session) -> None:
    save(browser, space, action="draft")
    assert session.scalars(select(Document.state)).all() == [DRAFT]


@pytest.mark.databases
def test_a_form_sent_twice_is_a_conflict(
    browser: Browser, space: Space, session: Session, author: User
) -> None:
    document = builders.document(session, author, space, body="第一")
    path = f"/documents/{document.id}"
    answers = [save(browser, space, path, body="第二", version=1).status_code for _ in range(2)]
    assert answers == [302, 409]
    versions = select(Revision.version).where(Revision.item_id == document.id).order_by(Revision.version)
    assert session.scalars(versions).all() == [1, 2]
    assert number(session) == 1


@pytest.mark.databases
def test_a_conflict_shows_both_texts_and_goes_on(
    browser: Browser, space: Space, session: Session, author: User
) -> None:
    other = builders.person(session, "wangfang", "王芳")
    space.editors = [SpaceEditor(user_id=other.id)]
    document = builders.document(session, author, space, "原题", body="第一")
    theirs = DocumentInput(manuscript("王芳的题目", "王芳的第二"), space.id)
    services.edit(session, builders.actor_of(session, other), document, theirs, 1)
    path = f"/documents/{document.id}"
    conflict = save(browser, space, path, title="我的题目", body="我的<第二>", version=1)
    assert conflict.status_code == 409
    assert all(text in conflict.text for text in ("王芳的题目", "王芳的第二", "我的题目", "我的&lt;第二&gt;"))
    assert 'name="version" value="2"' in conflict.text
    assert save(browser, space, path, body="合并", version=2).status_code == 302
    session.refresh(document)
    assert (document.version, document.body) == (3, "合并")


BAD_FORMS: dict[str, dict[str, Any]] = {
    "no title": {"title": ""},
    "a title of control characters": {"title": "\x00\x01 \t"},
    "a title that is too long": {"title": "长" * 201},
    "no text": {"body": ""},
    "a text of blanks": {"body": " \n\t\u3000"},
    "no space": {"space": ""},
    "a space that is no number": {"space": "x"},
    "an unknown space": {"space": 10**30},
    "an unknown reader": {"audience": ["user:99999"]},
    "a reader that is no token": {"audience": ["\x00", "all' or 1=1"]},
    "a long note": {"note": "长" * 201},
}


@pytest.mark.databases
def test_a_form_that_does_not_fit_comes_back_with_the_text(
    browser: Browser, space: Space, session: Session, author: User
) -> None:
    document = builders.document(session, author, space)
    for what, bad in BAD_FORMS.items():
        fields = {"body": "我写了很久的内容", "version": 1, **bad}
        refused = save(browser, space, f"/documents/{document.id}", **fields)
        assert refused.status_code == 422, what
        assert fields["body"].strip() in refused.text, what
    session.refresh(document)
    assert document.version == 1


def test_a_version_that_was_tampered_with_saves_nothing(
    browser: Browser, space: Space, session: Session, author: User
) -> None:
    document = builders.document(session, author, space)
    for version in ("", "x", "-1", "0", "99999999999999999999999", "1.0"):
        answer = save(browser, space, f"/documents/{document.id}", version=version)
        assert answer.status_code in {409, 422}, version
    session.refresh(document)
    assert document.version == 1


def test_a_text_that_is_too_long_is_refused(browser: Browser, space: Space, session: Session) -> None:
    assert save(browser, space, body="a" * 2_000_001).status_code == 422
    assert number(session) == 0


@pytest.mark.databases
def test_a_reply_through_the_browser(browser: Browser, space: Space, session: Session, author: User) -> None:
    document = builders.document(session, author, space)
    path = f"/items/{document.id}/replies"
    made = browser.post(path, data={"body": "照做了"})
    assert made.status_code == 302
    address = made.headers["Location"].partition("#reply-")[2]
    assert browser.post(path, data={"body": "再答", "parent_id": address}).status_code == 302
    for parent in ("99999999999999999999", "-1"):
        assert browser.post(path, data={"body": "再答", "parent_id": parent}).status_code == 422
    session.refresh(document)
    assert document.reply_count == 2
    twice = [
        browser.post(f"/replies/{address}", data={"body": "改", "version": 1}).status_code for _ in range(2)
    ]
    assert twice == [302, 409]


@pytest.mark.databases
def test_odd_addresses_are_no_errors_of_ours(browser: Browser, space: Space) -> None:
    del space
    broken = []
    for path in (
        "/documents/99999999999999999999", "/documents/0", "/items/2147483648", "/items/a%00b", "/spaces/a%00b",
        "/spaces/%F0%9F%98%80", "/spaces/handbook?tag=a%00b", "/spaces/handbook?cursor=x&sort=none&state=%00",
        "/spaces/handbook?sort=most_read&cursor=WzAsW1sidiIsOTk5OTk5OTk5OTk5OTk5OTk5OTk5OV0sWyJ2IiwxXV1d",
        "/images/a%00b", "/people/a%00b", "/people/liming?cursor=WzAsW1sidiIsMV0sWyJ2IiwxXV1d&tab=%00",
        "/documents/new?space=%00&title=%00", "/search?q=author:a%00b", "/search?q=%00&sort=%00&page=%00",
    ):  # fmt: skip
        status = browser.get(path).status_code
        if status >= 500:
            broken.append((path, status))
    assert broken == []


@pytest.mark.databases
def test_a_title_is_a_text_in_every_list(
    session: Session, author: User, client: Browser, worker: Callable[[], int]
) -> None:
    """Title, tags, names and words of a query are shown as they are, whatever they look like to a browser."""
    reader = administrator(session)
    space = builders.space(session, name=f"空间{HOSTILE}", editors=[reader])
    title = f"怎么{HOSTILE}？"
    document = builders.document(session, author, space, title, tags=[HOSTILE], body=f"见 [[{title}]]")
    own = builders.document(
        session, reader, space, title, tags=[HOSTILE], state=DRAFT, body=f"见 [[{title}]]"
    )
    other = builders.document(session, author, space, title + "二", tags=[HOSTILE], body=f"见 [[{title}]]")
    builders.reply(session, author, other, HOSTILE)
    session.commit()
    worker()
    client.sign_in(reader.username)
    pages = [
        "/", "/spaces", "/spaces/handbook", "/spaces/handbook/edit", f"/documents/{document.id}",
        f"/documents/{other.id}", f"/documents/{own.id}/edit", f"/documents/{document.id}/readers",
        f"/documents/new?title={HOSTILE}", "/people/liming", "/people/liming?tab=replies", "/people/guanli", "/team",
    ]  # fmt: skip
    shown = {path: client.get(path) for path in pages}
    for query in (HOSTILE, f"怎么 tag:{HOSTILE}", "怎么"):
        shown[f"search {query}"] = client.get("/search", query_string={"q": query})
    assert {path: answer.status_code for path, answer in shown.items() if answer.status_code != 200} == {}
    assert [path for path, answer in shown.items() if HOSTILE in answer.text or "<b>&" in answer.text] == []
    assert str(escape(HOSTILE)) in shown["/"].text
