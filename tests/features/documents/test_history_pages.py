"""The history of a document: who saved what, what differs, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content.records import Revision
from portal.platform.items import DRAFT
from tests import builders
from tests.builders.writing import edited

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.features.documents.models import Document
    from portal.people.models import User
    from portal.platform.items import Item
    from tests.builders.browser import Browser

FIRST = "白炭黑的含水率超过 6% 时，分散会变差。\n\n- 先烘干\n- 再混炼"
SECOND = "白炭黑的含水率超过 5% 时，分散会明显变差。\n\n- 先烘干\n- 再混炼\n- 最后换供应商"


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def editor(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳")


@pytest.fixture
def document(session: Session, author: User, editor: User) -> Document:
    space = builders.space(session, editors=[editor])
    made = builders.document(session, author, space, "含水率", body=FIRST, tags=["轮胎"])
    return edited(session, editor, made, SECOND, note="按新数据改了界限", tags=["轮胎", "白炭黑"])


def pages(document: Item, rest: str = "") -> str:
    return f"/items/{document.id}/revisions{rest}"


@pytest.mark.databases
def test_the_history_tells_who_saved_what_and_why(client: Browser, document: Document) -> None:
    shown = client.sign_in("liming").get(pages(document)).text
    assert all(text in shown for text in ("王芳", "李明", "按新数据改了界限", "第 2 版", "第 1 版"))
    assert shown.index("第 2 版") < shown.index("第 1 版")
    assert "+12" in shown


def test_two_versions_are_compared_by_characters(client: Browser, document: Document) -> None:
    shown = client.sign_in("liming").get(pages(document, "/1..2")).text
    assert all(
        text in shown
        for text in ("</span>明显<", "</span>- 最后换供应商<", "</span>6<", "</span>5<", "</span>白炭黑、<")
    )
    sides = client.get(pages(document, "/1..2?view=sides")).text
    assert "diff-sides" in sides
    assert "diff-sides" not in shown


def test_any_two_can_be_picked_in_either_order(client: Browser, document: Document) -> None:
    picked = client.sign_in("liming").get(pages(document, "/comparison?before=2&after=1"))
    assert picked.headers["Location"].endswith("/1..2")


def test_a_version_is_shown_as_it_was(client: Browser, document: Document) -> None:
    shown = client.sign_in("liming").get(pages(document, "/1")).text
    assert "超过 6% 时" in shown
    assert "<li>先烘干</li>" in shown
    assert "最后换供应商" not in shown


@pytest.mark.databases
def test_a_version_is_restored_and_that_undone(client: Browser, document: Document, session: Session) -> None:
    client.sign_in("wangfang")
    path = f"/documents/{document.id}/versions"
    answer = client.post(f"{path}/1/restoration")
    session.refresh(document)
    assert (document.version, document.body) == (3, FIRST)
    assert "已恢复为当前版本" in client.get(answer.headers["Location"]).text
    notes = select(Revision.note).where(Revision.item_id == document.id).order_by(Revision.version)
    assert session.scalars(notes).all()[-1] == "恢复自第 1 版"
    client.post(f"{path}/2/restoration")
    session.refresh(document)
    assert (document.version, document.body) == (4, SECOND)


def test_restoring_brings_tags_and_title_back(
    client: Browser, document: Document, session: Session, author: User
) -> None:
    edited(session, author, document, "x", title="别的题目")
    client.sign_in("liming").post(f"/documents/{document.id}/versions/2/restoration")
    session.refresh(document)
    tags = session.scalars(select(Revision.tags).where(Revision.item_id == document.id)).all()[-1]
    assert (document.title, tags) == ("含水率", ["轮胎", "白炭黑"])


def test_who_may_not_edit_does_not_restore(client: Browser, document: Document, session: Session) -> None:
    builders.person(session, "chenyu", "陈宇")
    client.sign_in("chenyu")
    assert ">恢复<" not in client.get(pages(document)).text
    assert client.post(f"/documents/{document.id}/versions/1/restoration").status_code == 403


def test_an_unknown_version_is_not_found(client: Browser, document: Document) -> None:
    client.sign_in("liming")
    for rest in ("/7", "/1..7", "/0"):
        assert client.get(pages(document, rest)).status_code == 404


def test_a_long_history_has_pages(
    client: Browser, document: Document, session: Session, author: User
) -> None:
    for number in range(25):
        edited(session, author, document, f"第 {number} 稿", note=f"说明{number}")
    shown = client.sign_in("liming").get(pages(document)).text
    assert "说明24" in shown
    assert "说明1<" not in shown
    assert f"{pages(document)}?begin=7" in shown
    assert "说明1<" in client.get(pages(document, "?begin=7")).text


def test_the_history_of_a_reply_is_its_authors(client: Browser, document: Document, session: Session) -> None:
    writer = builders.person(session, "chenyu", "陈宇")
    reply = builders.reply(session, writer, document, "先说错了的话")
    client.sign_in("chenyu").post(f"/replies/{reply.id}", data={"body": "改好的话", "version": 1})
    assert "第 1 版" in client.get(pages(reply)).text
    client.sign_in("liming")
    assert "第 1 版" not in client.get(pages(reply)).text
    assert client.get(pages(reply, "/1")).status_code == 404


def test_a_draft_has_a_history_for_its_author_alone(
    client: Browser, session: Session, author: User, document: Document
) -> None:
    space = builders.space_of(session, "handbook")
    draft = builders.document(session, author, space, "草稿", state=DRAFT)
    assert client.sign_in("liming").get(pages(draft)).status_code == 200
    assert client.sign_in("wangfang").get(pages(draft)).status_code == 404
    del document
