"""Unfinished texts: kept per person and form, for nobody else, until they are saved."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from portal.content.drafts.expiring import KEPT_FOR, expire
from portal.content.drafts.models import UnfinishedText
from portal.content.drafts.services import item_of
from tests import builders
from tests.builders.people import administrator

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from portal.factory import Portal
    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.builders.browser import Browser
    from tests.conftest import Moment


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def document(session: Session, author: User) -> Document:
    editor = builders.person(session, "wangfang", "王芳")
    return builders.document(session, author, builders.space(session, editors=[editor]), "含水率")


def keep(client: Browser, subject: str, form: str = "f1", **fields: str) -> TestResponse:
    sent = {name: [value] for name, value in fields.items()}
    path = "/documents/new" if subject == "document:new" else "/documents/1/edit"
    return client.post(
        "/drafts", json={"subject": subject, "form": form, "path": path, "fields": sent, "version": 1}
    )


def offered(client: Browser, subject: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/drafts/offers", query_string={"subject": subject}).json[
        "texts"
    ]  # type: ignore[index]
    return found


def number(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(UnfinishedText)) or 0


@pytest.mark.databases
def test_what_is_typed_is_kept_and_offered_again(client: Browser, author: User, session: Session) -> None:
    client.sign_in(author.username)
    assert keep(client, "document:new", body="写了一").status_code == 200
    keep(client, "document:new", title="题目", body="写了一半")
    [text] = offered(client, "document:new")
    assert (text["form"], text["fields"]["body"]) == ("f1", ["写了一半"])
    assert number(session) == 1
    assert "题目" in client.get("/drafts").text
    assert "写了一半" in client.get("/drafts/text?subject=document:new&form=f1").text


def test_two_windows_do_not_overwrite_each_other(client: Browser, author: User) -> None:
    client.sign_in(author.username)
    keep(client, "document:new", "f1", body="一")
    keep(client, "document:new", "f2", body="二")
    assert {text["form"] for text in offered(client, "document:new")} == {"f1", "f2"}


@pytest.mark.databases
def test_saving_forgets_the_text_of_that_form_alone(client: Browser, document: Document) -> None:
    client.sign_in("liming")
    subject = f"document:{document.id}"
    keep(client, subject, "f1", body="甲")
    keep(client, subject, "f2", body="乙")
    sent = {"title": "含水率", "body": "甲", "space": document.space_id, "version": 1, "submission": "f1"}
    assert client.post(f"/documents/{document.id}", data=sent).status_code == 302
    assert [text["form"] for text in offered(client, subject)] == ["f2"]
    refused = {**sent, "submission": "f2"}
    assert client.post(f"/documents/{document.id}", data=refused).status_code == 409
    assert [text["form"] for text in offered(client, subject)] == ["f2"]


def test_a_new_document_forgets_its_text(client: Browser, document: Document) -> None:
    client.sign_in("liming")
    keep(client, "document:new", "f1", body="甲")
    sent = {"title": "题", "body": "甲", "space": document.space_id, "submission": "f1", "action": "draft"}
    client.post("/documents", data=sent)
    assert offered(client, "document:new") == []


def test_a_reply_forgets_its_text(client: Browser, document: Document) -> None:
    client.sign_in("liming")
    subject = f"reply:/items/{document.id}/replies"
    keep(client, subject, "f1", body="甲")
    client.post(f"/items/{document.id}/replies", data={"body": "甲", "submission": "f1"})
    assert offered(client, subject) == []


def test_nobody_else_sees_it(client: Browser, document: Document, session: Session) -> None:
    administrator(session)
    client.sign_in("liming")
    keep(client, f"document:{document.id}", title="只给自己看", body="只给自己看")
    for other in ("wangfang", "guanli"):
        client.sign_in(other)
        assert offered(client, f"document:{document.id}") == []
        assert "只给自己看" not in client.get("/drafts").text
        address = f"/drafts/text?subject=document:{document.id}&form=f1"
        assert client.get(address).status_code == 404
        client.post("/drafts/removal", data={"subject": f"document:{document.id}", "form": "f1"})
    assert number(session) == 1


def test_who_loses_the_document_keeps_the_words(client: Browser, document: Document) -> None:
    client.sign_in("wangfang")
    keep(client, f"document:{document.id}", body="王芳写的修改")
    assert "含水率" in client.get("/drafts").text
    client.sign_in("liming").post(f"/documents/{document.id}/withdrawal")
    shown = client.sign_in("wangfang").get("/drafts").text
    assert "王芳写的修改" in shown
    assert "含水率" not in shown
    assert f"/documents/{document.id}/edit" not in shown
    assert "王芳写的修改" in client.get(f"/drafts/text?subject=document:{document.id}&form=f1").text


def test_it_can_be_thrown_away(client: Browser, author: User, session: Session) -> None:
    client.sign_in(author.username)
    keep(client, "document:new", body="甲")
    client.post("/drafts/removal", data={"subject": "document:new", "form": "f1"})
    assert number(session) == 0


@pytest.mark.parametrize(
    "sent",
    [
        {"subject": "x", "path": "/", "fields": {}}, {"subject": "document:new", "path": "//evil", "fields": {}},
        {"subject": "document:new", "path": "/\\evil", "fields": {}}, {"subject": "document:new", "path": "/\x00", "fields": {}},
        {"subject": "document:new", "path": "/", "fields": {}, "version": 2**31},
        {"subject": "document:new", "path": "/"}, [],
        {"subject": "document:new", "path": "/", "fields": {"body": "x"}},
        {"subject": "document:new", "path": "/", "fields": {"body": ["长" * 2_600_000]}},
    ],
)  # fmt: skip
def test_what_is_no_form_is_refused(client: Browser, author: User, sent: Any) -> None:  # noqa: ANN401
    client.sign_in(author.username)
    assert client.post("/drafts", json=sent).status_code == 422


def test_controls_and_nul_are_no_trouble(client: Browser, author: User) -> None:
    client.sign_in(author.username)
    assert keep(client, "document:new", title="题\x00\n目", body="正\x00文").status_code == 200
    assert offered(client, "document:new")[0]["fields"]["body"] == ["正文"]


@pytest.mark.databases
def test_after_thirty_days_it_goes(
    client: Browser, author: User, session: Session, portal: Portal, moment: Moment
) -> None:
    client.sign_in(author.username)
    keep(client, "document:new", body="旧")
    expire(portal.sessions, portal.settings, moment.now + KEPT_FOR)
    assert number(session) == 1
    session.commit()
    for _ in range(2):
        expire(portal.sessions, portal.settings, moment.now + KEPT_FOR + dt.timedelta(seconds=1))
    assert number(session) == 0


@pytest.mark.parametrize(
    ("subject", "item_id"),
    [
        ("document:12", 12), ("document:new", None), ("document:new:5", None), ("reply:/items/5/replies", 5),
        ("reply:/replies/7", 7), ("document:99999999999", None),
    ],
)  # fmt: skip
def test_the_item_is_read_off_the_subject(subject: str, item_id: int | None) -> None:
    assert item_of(subject) == item_id
