"""Must-reads through the browser: asking, signing what was shown, progress, reminding, exporting."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from portal.content.must_reads.models import MustRead, Signature
from portal.kernel.actor import EVERYONE, READER
from tests import builders
from tests.builders.must_reads import TODAY, edited, must_read, signed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.builders.browser import Browser

DUE = TODAY.isoformat()


@pytest.fixture
def editor(session: Session) -> User:
    return builders.person(session, "linyue", "林越")


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳")


@pytest.fixture
def reader(session: Session, editor: User) -> User:
    return builders.person(session, manager=editor, roles=frozenset({READER}))


@pytest.fixture
def document(session: Session, editor: User, author: User, reader: User) -> Document:
    del reader
    space = builders.space(session, editors=[editor])
    return builders.document(session, author, space, "额度办法", body="一、先审。")


def sign(browser: Browser, number: int, version: int) -> int:
    answer = browser.post(f"/must-reads/{number}/signatures", data={"version": version})
    return answer.status_code


@pytest.mark.databases
def test_an_editor_asks_and_a_form_sent_twice_asks_once(
    session: Session, client: Browser, editor: User, document: Document
) -> None:
    client.sign_in(editor.username)
    assert f"/items/{document.id}/must-reads/new" in client.get(f"/documents/{document.id}").text
    sent = {"audience": [EVERYONE], "due": DUE, "note": "要紧"}
    answers = [client.post(f"/items/{document.id}/must-reads", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert session.scalar(select(func.count()).select_from(MustRead)) == 1


def test_a_form_that_does_not_fit_comes_back(client: Browser, editor: User, document: Document) -> None:
    client.sign_in(editor.username)
    path = f"/items/{document.id}/must-reads"
    for wrong in ({}, {"audience": [EVERYONE]}, {"audience": ["user:999"], "due": DUE}, {"due": DUE},
                  {"audience": [EVERYONE], "due": "2020-01-01"}, {"audience": [EVERYONE], "due": "9999-12-31"}):  # fmt: skip
        assert client.post(path, data=wrong).status_code == 422, wrong


def test_the_form_says_how_many_cannot_read(
    session: Session, client: Browser, editor: User, author: User, document: Document
) -> None:
    secret = builders.document(
        session, author, builders.space_of(session, "handbook"), readers=[f"user:{editor.id}"]
    )
    client.sign_in(editor.username)
    page = client.get(f"/items/{secret.id}/must-reads/reach?audience={EVERYONE}").text
    assert "有 1 人看不到" in page
    assert "李明" in page
    assert "看不到" not in client.get(f"/items/{document.id}/must-reads/reach?audience={EVERYONE}").text


@pytest.mark.databases
def test_a_reader_signs_the_version_that_was_shown(
    session: Session, client: Browser, editor: User, author: User, reader: User, document: Document
) -> None:
    asked = must_read(session, editor, document)
    client.sign_in(reader.username)
    page = client.get(f"/documents/{document.id}").text
    assert 'name="version" value="1"' in page
    assert "额度办法" in client.get("/must-reads").text
    edited(session, author, document, "一、先审，当天。", material=True)
    late = client.post(f"/must-reads/{asked.id}/signatures", data={"version": 1})
    assert late.status_code == 409
    assert "重要改动" in late.text
    assert "先审，当天" in late.text
    assert session.scalar(select(func.count()).select_from(Signature)) == 0
    assert sign(client, asked.id, 2) == 302
    assert sign(client, asked.id, 2) == 302
    assert session.scalar(select(Signature.version)) == 2
    assert "额度办法" not in client.get("/must-reads").text
    assert "额度办法" in client.get("/must-reads?tab=signed").text


def test_asked_again_only_what_changed_is_shown(
    session: Session, client: Browser, editor: User, author: User, reader: User, document: Document
) -> None:
    asked = must_read(session, editor, document)
    signed(session, reader, asked, document)
    client.sign_in(reader.username)
    assert client.get(f"/must-reads/{asked.id}").status_code == 302
    edited(session, author, document, "一、先审。\n\n二、后批。", material=True)
    page = client.get(f"/must-reads/{asked.id}").text
    assert "您签阅后的改动" in page
    assert "<ins>" in page
    assert f"/must-reads/{asked.id}" in client.get("/must-reads").text


def test_the_box_for_what_matters_shows_only_while_somebody_is_asked(
    session: Session, client: Browser, editor: User, reader: User, document: Document
) -> None:
    client.sign_in(editor.username)
    assert 'name="is_material"' not in client.get(f"/documents/{document.id}/edit").text
    asked = must_read(session, editor, document)
    signed(session, reader, asked, document)
    assert 'name="is_material"' in client.get(f"/documents/{document.id}/edit").text
    fields = {"title": "额度办法", "body": "一、先审再批。", "space": document.space_id, "version": 1}
    client.post(f"/documents/{document.id}", data={**fields, "is_material": "y"})
    session.refresh(asked)
    assert asked.required_version == 2


def test_progress_reminders_and_export(
    session: Session, client: Browser, editor: User, reader: User, document: Document
) -> None:
    formula = builders.person(session, "evil", "=HYPERLINK(1)")
    asked = must_read(session, editor, document)
    signed(session, reader, asked, document)
    client.sign_in(editor.username)
    page = client.get(f"/must-reads/{asked.id}/progress").text
    assert "李明" in page
    assert "李明" not in client.get(f"/must-reads/{asked.id}/progress?state=open").text
    answer = client.get(f"/must-reads/{asked.id}/progress.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == {"李明", "林越", f"'{formula.name}"}
    path = f"/must-reads/{asked.id}/reminders"
    said = [client.post(path, follow_redirects=True).text for _ in range(2)]
    assert "已提醒 1 人" in said[0]
    assert "今天都已经提醒过" in said[1]


def test_closing_is_undone(
    session: Session, client: Browser, editor: User, reader: User, document: Document
) -> None:
    asked = must_read(session, editor, document)
    client.sign_in(editor.username)
    assert "撤销" in client.post(f"/must-reads/{asked.id}/closing", follow_redirects=True).text
    assert session.scalar(select(MustRead.closed_at)) is not None
    client.post(f"/must-reads/{asked.id}/reopening")
    session.expire_all()
    assert session.scalar(select(MustRead.closed_at)) is None
    client.sign_in(reader.username)
    assert client.post(f"/must-reads/{asked.id}/closing").status_code == 403
    assert client.get(f"/must-reads/{asked.id}/progress").status_code == 403
