"""Files of a document: attached, kept in versions, read by the worker, found by their text."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content.attachments import queries, services, sweeping
from portal.content.attachments.models import Attachment, AttachmentFile
from portal.content.attachments.storing import folder, take_in
from portal.features.documents import services as documents
from portal.features.documents.services import DocumentInput
from portal.kernel.errors import ForbiddenError, InvalidError, NotFoundError
from portal.platform import access
from portal.platform.jobs import Job
from tests import builders
from tests.builders import attachments as files
from tests.builders.documents import manuscript

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from portal.factory import Portal
    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.conftest import Moment


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session, "liming")


@pytest.fixture
def document(session: Session, author: User) -> Document:
    return builders.document(session, author, builders.space(session))


def file_of(session: Session, attachment: Attachment) -> AttachmentFile:
    """The present version, read anew; nothing stays open that a worker would wait for."""
    session.expire_all()
    found = queries.version(session, attachment.id, attachment.version)
    session.commit()
    return found


def kept(portal: Portal) -> set[str]:
    return {path.name for path in folder(portal.settings.uploads_path).iterdir()}


@pytest.mark.databases
def test_a_file_is_read_and_its_parts_are_known(
    portal: Portal, session: Session, author: User, document: Document
) -> None:
    content = files.workbook(报价=[["牌号", "价"], ["HY-S165", 7350]], 运费=[["青岛", 120.5]])
    made = files.attachment(portal, session, author, document, "价格表.xlsx", content)
    session.commit()
    assert file_of(session, made).state == "waiting"
    assert files.read_all(portal) == 1
    file = file_of(session, made)
    assert (file.state, file.part_count) == ("read", 2)
    assert made.body == "牌号\t价\nHY-S165\t7350\n\n青岛\t120.5"
    outline = queries.outlines(session, [made.id])[made.id]
    assert [label for label, _said in outline.cut(made.body)] == ["报价", "运费"]
    assert outline.parts[outline.at(made.body.index("青岛"))][0] == "运费"
    assert queries.text_of(session, made.id) == made.body


@pytest.mark.databases
def test_the_same_name_is_the_next_version_and_the_same_bytes_are_none(
    portal: Portal, session: Session, author: User, document: Document
) -> None:
    actor = builders.actor_of(session, author)
    outcomes = [
        services.attach(session, actor, document, files.taken(portal, "报价.txt", text.encode())).outcome
        for text in ("一月价", "二月价", "二月价")
    ]
    assert outcomes == ["added", "replaced", "same"]
    (held,) = queries.attachments(session, actor, document.id)
    assert [version.file.number for version in held.versions] == [2, 1]
    session.commit()
    files.read_all(portal)
    made = access.find(session, actor, Attachment, held.id)
    assert made.body == "二月价"
    services.go_back(session, actor, made, 1)
    session.commit()
    assert made.body == ""
    files.read_all(portal)
    session.expire_all()
    assert (made.version, made.body) == (3, "一月价")


def test_a_late_reading_of_an_old_version_does_not_stand_for_the_new_one(
    portal: Portal, session: Session, author: User, document: Document
) -> None:
    made = files.attachment(portal, session, author, document, content="旧".encode())
    session.commit()
    files.attachment(portal, session, author, document, content="新".encode())
    session.commit()
    assert files.read_all(portal) == 2
    session.expire_all()
    assert made.body == "新"


def test_only_those_who_edit_the_document_attach(
    portal: Portal, session: Session, author: User, document: Document
) -> None:
    other = builders.person(session, "wanghua", "王华")
    with pytest.raises(ForbiddenError):
        files.attachment(portal, session, other, document)
    made = files.attachment(portal, session, author, document)
    with pytest.raises(ForbiddenError):
        services.remove(session, builders.actor_of(session, other), made)
    reply = builders.reply(session, author, document)
    with pytest.raises(ForbiddenError):
        files.attachment(portal, session, author, reply)


def test_a_document_has_at_most_fifty(
    portal: Portal, session: Session, author: User, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST", 2)
    for number in range(2):
        files.attachment(portal, session, author, document, f"{number}.txt")
    with pytest.raises(InvalidError):
        files.attachment(portal, session, author, document, "3.txt")


def test_files_of_a_new_document_are_claimed_by_it_alone(
    portal: Portal, session: Session, author: User
) -> None:
    space = builders.space(session)
    other = builders.person(session, "wanghua", "王华")
    mine, theirs = (
        services.keep(session, builders.actor_of(session, who), files.taken(portal, "a.txt", b"text"))
        for who in (author, other)
    )
    with pytest.raises(NotFoundError):
        access.find(session, builders.actor_of(session, other), Attachment, mine.id)
    wanted = DocumentInput(manuscript("标题"), space.id, attachments=(mine.id, theirs.id, 999))
    document = documents.create(session, builders.actor_of(session, author), wanted)
    session.expire_all()
    assert (mine.holder_id, mine.state, mine.space_id) == (document.id, "published", space.id)
    assert theirs.holder_id is None


def test_removed_and_brought_back(portal: Portal, session: Session, author: User, document: Document) -> None:
    actor = builders.actor_of(session, author)
    made = files.attachment(portal, session, author, document)
    services.remove(session, actor, made)
    assert queries.attachments(session, actor, document.id) == []
    services.restore(session, actor, queries.removed(session, actor, made.id))
    assert len(queries.attachments(session, actor, document.id)) == 1
    exported = queries.of_item(session, actor, document.id, portal.settings.uploads_path)
    assert [(one.name, one.path.is_file()) for one in exported] == [("报价.txt", True)]


def test_a_worker_that_dies_leaves_the_work_to_the_next(
    portal: Portal, session: Session, author: User, document: Document, moment: Moment
) -> None:
    made = files.attachment(portal, session, author, document)
    session.commit()
    with portal.sessions.begin() as other:
        job = other.scalars(select(Job)).one()
        job.state, job.attempts, job.leased_until = "running", 1, moment.now - dt.timedelta(seconds=1)
    assert files.read_all(portal) == 1
    assert file_of(session, made).state == "read"


def test_a_file_that_no_worker_survives_ends_its_wait_and_holds_up_no_other(
    portal: Portal, session: Session, author: User, document: Document, moment: Moment
) -> None:
    poison = files.attachment(portal, session, author, document, "毒.txt")
    other = files.attachment(portal, session, author, document, "好.txt")
    session.commit()
    with portal.sessions.begin() as opened:
        job = opened.scalars(select(Job).order_by(Job.id)).first()
        assert job
        job.state, job.attempts, job.leased_until = "running", 3, moment.now - dt.timedelta(seconds=1)
    files.read_all(portal)
    files.read_all(portal)
    sweeping.sweep(portal.sessions, portal.settings, moment.now)
    assert (file_of(session, poison).state, file_of(session, other).state) == ("failed", "read")


@pytest.mark.databases
def test_what_nobody_uses_is_swept(
    portal: Portal, session: Session, author: User, document: Document, moment: Moment
) -> None:
    made = files.attachment(portal, session, author, document)
    loose = services.keep(session, builders.actor_of(session, author), files.taken(portal, "b.txt", b"b"))
    stray = files.taken(portal, "c.txt", b"c").kept.key
    session.commit()
    loose_id, keys = loose.id, {file_of(session, made).key, file_of(session, loose).key}
    sweeping.sweep(portal.sessions, portal.settings, moment.now)
    assert keys | {stray} <= kept(portal)
    moment.advance(dt.timedelta(days=8))
    old = moment.now.timestamp() - 2 * 86_400
    for path in folder(portal.settings.uploads_path).iterdir():
        os.utime(path, (old, old))
    sweeping.sweep(portal.sessions, portal.settings, moment.now)
    session.expire_all()
    assert session.scalars(select(Attachment.id)).all() == [made.id] != [loose_id]
    assert kept(portal) - {".swept"} == {file_of(session, made).key}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.exe", b"MZ\x90\x00\x03\x00", "not taken"),
        ("a.js", b"alert(1)", "not taken"),
        ("a.txt", b"#!/bin/sh\nrm", "not taken"),
        ("a.png", b"<html><script>", "damaged"),
        ("a.png", b"\x89PNG\r\n\x1a\n broken", "cannot be read"),
        ("a.docx", b"PK\x03\x04 broken", "damaged"),
        ("a.txt", b" \n", "empty"),
    ],
)
def test_what_is_not_taken_leaves_nothing(portal: Portal, name: str, content: bytes, sentence: str) -> None:
    (refused,) = take_in([files.Sent(name, content)], portal.settings.uploads_path)
    assert sentence in str(getattr(refused, "sentence", "taken"))
    assert kept(portal) == set()


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("报价 v1.2", files.pdf("x"), "pdf"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "office"),
        ("a.pptx", files.presentation("x"), "pptx"),
        ("photo.png", files.photo(), "picture"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg"),
        ("page.txt", b"<!doctype html><p>x", "html"),
        ("a.csv", "牌号,价\nHY,1".encode("gb18030"), "csv"),
        ("..\\..\\etc/passwd\r\nX: y", b"root", "txt"),
    ],
)
def test_the_content_tells_what_a_file_is(portal: Portal, name: str, content: bytes, form: str) -> None:
    found = files.taken(portal, name, content)
    assert found.form == form
    assert not {"\r", "\n", "/", "\\"} & set(found.kept.name)


def test_a_path_of_a_file_is_its_key_alone(portal: Portal, tmp_path: Path) -> None:
    found = files.taken(portal, "../../名字.txt", b"text")
    assert len(found.kept.key) == 32
    assert (folder(portal.settings.uploads_path) / found.kept.key).is_relative_to(tmp_path)
