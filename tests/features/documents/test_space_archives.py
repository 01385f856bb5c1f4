"""Taking a whole space out, and bringing it in again."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import zipfile
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content.attachments import queries as attachments
from portal.content.attachments import services as attaching
from portal.content.cards import tags_of
from portal.content.images import services as images
from portal.features.documents import services
from portal.features.documents.exports import jobs as exports
from portal.features.documents.imports import jobs as imports
from portal.features.documents.models import Document
from portal.platform import jobs
from tests import builders
from tests.builders.exports import TITLE, full_document

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.config import Settings
    from portal.content.spaces.models import Space
    from portal.factory import Portal
    from portal.people.models import User
    from portal.platform.jobs import Job
    from tests.builders.browser import Browser


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def space(session: Session, author: User) -> Space:
    return builders.space(session, editors=[author])


def run(portal: Portal) -> None:
    """Do what waits, as the worker does."""
    handlers = {
        exports.NAME: exports.handler(portal.settings, lambda: False),
        imports.NAME: imports.handler(portal.settings, lambda: False),
        attaching.JOB: lambda _sessions, _job: None,
    }
    while jobs.run_next(portal.sessions, handlers):
        pass


def exported(session: Session, portal: Portal, user: User, space: Space) -> Job:
    job = exports.submit(session, builders.actor_of(session, user), space)
    session.commit()
    run(portal)
    session.refresh(job)
    assert job.state == jobs.DONE, job.error
    return job


@pytest.mark.databases
def test_a_space_goes_round_trip(
    session: Session, portal: Portal, settings: Settings, author: User, space: Space
) -> None:
    colleague = builders.person(session, "wangfang", "王芳")
    first = full_document(session, settings, author, space)
    second = builders.document(
        session,
        colleague,
        space,
        "=另一篇",
        body=f"见[要点](/documents/{first.id})与[[{TITLE}]]。",
        state="archived",
    )
    job = exported(session, portal, author, space)
    path = exports.path_of(settings, job)
    with zipfile.ZipFile(path) as package:
        rows = list(csv.reader(io.StringIO(package.read("index.csv").decode("utf-8-sig"))))
        assert "'=另一篇" in rows[2]
        assert "](0001-" in package.read(next(n for n in package.namelist() if "0002-" in n)).decode()
    there = builders.space(session, "copy", "副本", editors=[author])
    actor = builders.actor_of(session, author)
    for _again in range(2):
        settings.uploads_path.joinpath("upload.zip").write_bytes(path.read_bytes())
        files = [{"key": "upload.zip", "name": "销售手册.zip"}]
        jobs.submit(session, actor, imports.NAME, space_id=there.id, files=files, state="published")
        session.commit()
        run(portal)
    found = session.scalars(select(Document).where(Document.space_id == there.id).order_by(Document.id)).all()
    assert [(one.title, one.state, one.author_id) for one in found] == [
        (TITLE, "published", author.id),
        ("=另一篇", "archived", colleague.id),
    ]
    assert [one.published_at for one in found] == [first.published_at, second.published_at]
    key = images.IN_TEXT.findall(found[0].body)[0]
    assert found[0].body == first.body.replace(images.IN_TEXT.findall(first.body)[0], key)
    assert images.find(session, actor, key).item_id == found[0].id
    assert found[1].body == f"见[要点](/documents/{found[0].id})与[[{TITLE}]]。"
    assert tags_of(session, [found[0].id]) == {found[0].id: ["验货"]}
    files_there = attachments.of_item(session, actor, found[0].id, settings.uploads_path)
    assert [(file.name, file.path.read_text("utf-8")) for file in files_there] == [
        ("检测 报告.txt", "水分 5%")
    ]


def test_an_export_holds_what_its_owner_reads_and_is_theirs_alone(
    client: Browser, session: Session, portal: Portal, settings: Settings, author: User, space: Space
) -> None:
    colleague = builders.person(session, "wangfang", "王芳")
    builders.document(session, author, space, "人人可读")
    builders.document(session, author, space, "只给自己", readers=[f"user:{author.id}"])
    job = exported(session, portal, colleague, space)
    number = job.id
    with zipfile.ZipFile(exports.path_of(settings, job)) as package:
        titles = [row["title"] for row in json.loads(package.read("manifest.json"))["documents"]]
    assert titles == ["人人可读"]
    client.sign_in(author.username)
    assert client.get(f"/exports/{number}/file").status_code == 404
    client.sign_in("wangfang")
    assert "下载" in client.get(f"/exports/{number}").text
    assert client.get(f"/exports/{number}/file").data.startswith(b"PK")
    document = session.scalars(select(Document).where(Document.title == "人人可读")).one()
    services.withdraw(session, builders.actor_of(session, author), document)
    session.commit()
    assert client.get(f"/exports/{number}/file").status_code == 403


def test_archives_are_swept_after_a_day(
    session: Session, portal: Portal, settings: Settings, author: User, space: Space
) -> None:
    path = exports.path_of(settings, exported(session, portal, author, space))
    now = builders.NOW
    os.utime(path, (now.timestamp(), now.timestamp()))
    exports.sweep(portal.sessions, settings, now + dt.timedelta(hours=23))
    assert path.exists()
    exports.sweep(portal.sessions, settings, now + dt.timedelta(hours=25))
    assert not path.exists()


@pytest.mark.parametrize("state", ["draft", "published"])
def test_who_does_not_edit_the_space_stands_as_author_of_what_they_import(
    state: str, session: Session, portal: Portal, settings: Settings, author: User, space: Space
) -> None:
    colleague = builders.person(session, "wangfang", "王芳")
    builders.document(session, author, space, "制度")
    path = exports.path_of(settings, exported(session, portal, author, space))
    there = builders.space(session, "copy", "副本")
    settings.uploads_path.joinpath("u.zip").write_bytes(path.read_bytes())
    files = [{"key": "u.zip", "name": "x.zip"}]
    actor = builders.actor_of(session, colleague)
    jobs.submit(session, actor, imports.NAME, space_id=there.id, files=files, state=state)
    session.commit()
    run(portal)
    made = session.scalars(select(Document).where(Document.space_id == there.id)).one()
    assert (made.author_id, made.state) == (colleague.id, state)


@pytest.mark.parametrize("manifest", ['{"format":"zhiying-space"', '{"format":"zhiying-space","version":99}'])
def test_a_damaged_archive_is_refused_in_words(
    manifest: str, session: Session, portal: Portal, settings: Settings, author: User, space: Space
) -> None:
    settings.uploads_path.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(settings.uploads_path / "u.zip", "w") as package:
        package.writestr("manifest.json", manifest)
    files = [{"key": "u.zip", "name": "x.zip"}]
    actor = builders.actor_of(session, author)
    job = jobs.submit(session, actor, imports.NAME, space_id=space.id, files=files)
    session.commit()
    run(portal)
    session.refresh(job)
    assert [(row["status"], row["reason"]) for row in job.progress["rows"]] == [("skipped", "broken")]


def test_a_space_that_one_only_administers_is_not_exported(
    client: Browser, session: Session, author: User
) -> None:
    builders.space(session, "closed", "内部", readers=[f"user:{author.id}"])
    administrator = builders.people.administrator(session)
    client.sign_in(administrator.username)
    assert client.post("/spaces/closed/exports").status_code == 403
