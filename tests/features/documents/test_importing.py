"""Files become documents: once, as new versions, or not at all with a reason."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from portal.config import ROOT
from portal.content.records import Revision
from portal.features.documents import services
from portal.features.documents.importing import Importer, Outcome, Status
from portal.features.documents.imports import reasons
from portal.features.documents.models import Document
from portal.features.documents.services import DocumentInput
from portal.platform.extraction import Reason, walk
from portal.platform.items import PUBLISHED
from portal.platform.timeline import Entry
from tests import builders
from tests.builders.documents import manuscript
from tests.builders.moments import ZONE

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from portal.factory import Portal
    from tests.conftest import Moment

ATTACK = ROOT.parent / "shared" / "attack"
TEXT = "硅烷偶联剂的用量\n\n硅烷偶联剂按白炭黑的百分之八加，先混炼后加料。"


@pytest.fixture
def importer(portal: Portal) -> Importer:
    with portal.sessions.begin() as session:
        author = builders.person(session, "liming")
        space = builders.space(session, editors=[author], is_open=False)
        return Importer(portal.sessions, ZONE, author.id, space.id)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Beside the installation's own files, not above them."""
    path = tmp_path / "incoming"
    path.mkdir()
    return path


def again(importer: Importer) -> Importer:
    return Importer(importer.sessions, importer.zone, importer.user_id, importer.space_id)


def run(importer: Importer, *paths: Path) -> list[Outcome]:
    return list(importer.each(walk(paths)))


def file(folder: Path, name: str = "硅烷.txt", text: str = TEXT) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def documents(importer: Importer) -> list[Document]:
    with importer.sessions(expire_on_commit=False) as session:
        return list(session.scalars(select(Document).order_by(Document.id)))


def statuses(outcomes: list[Outcome]) -> list[Status]:
    return [outcome.status for outcome in outcomes]


def test_a_file_is_published_under_its_importers_name(importer: Importer, folder: Path) -> None:
    (outcome,) = run(importer, file(folder))
    (made,) = documents(importer)
    assert (outcome.status, outcome.item_id) == (Status.IMPORTED, made.id)
    assert (made.title, made.state, made.author_id) == ("硅烷偶联剂的用量", PUBLISHED, importer.user_id)
    assert (made.source_name, len(made.source_digest)) == ("硅烷.txt", 64)
    with importer.sessions() as session:
        entries = session.execute(select(Entry.verb, Entry.data)).all()
    assert [tuple(entry) for entry in entries] == [("imported", {"version": 1})]


@pytest.mark.databases
def test_the_same_file_twice_is_one_document(importer: Importer, folder: Path) -> None:
    path = file(folder)
    run(importer, path)
    assert statuses(run(again(importer), path)) == [Status.UNCHANGED]
    assert len(documents(importer)) == 1


@pytest.mark.databases
def test_a_changed_file_is_a_new_version(importer: Importer, folder: Path, moment: Moment) -> None:
    run(importer, file(folder))
    moment.advance(dt.timedelta(days=1))
    assert statuses(run(again(importer), file(folder, text=TEXT + "再补一句。"))) == [Status.UPDATED]
    assert statuses(run(again(importer), file(folder, text=TEXT + "又补一句。"))) == [Status.UPDATED]
    (made,) = documents(importer)
    with importer.sessions() as session:
        versions = session.scalar(
            select(func.count()).select_from(Revision).where(Revision.item_id == made.id)
        )
    assert (made.version, versions) == (3, 3)


def test_what_somebody_edited_is_not_undone(importer: Importer, folder: Path) -> None:
    run(importer, file(folder))
    edit(importer)
    (outcome,) = run(again(importer), file(folder, text=TEXT + "再补一句。"))
    assert (outcome.status, outcome.reason) == (Status.SKIPPED, reasons.EDITED)
    assert documents(importer)[0].title == "改过的标题"


def edit(importer: Importer) -> None:
    with importer.sessions.begin() as session:
        document = session.scalars(select(Document)).one()
        actor = builders.actor_of(session, "liming")
        services.edit(session, actor, document, DocumentInput(manuscript("改过的标题"), importer.space_id), 1)


def test_the_same_content_under_two_names_is_said(importer: Importer, folder: Path) -> None:
    first, second = run(importer, file(folder, "a.txt"), file(folder, "b.txt"))
    assert (first.status, second.status, second.reason) == (
        Status.IMPORTED,
        Status.SKIPPED,
        reasons.DUPLICATE,
    )
    assert str(reasons.sentence(second.reason, second.details)).endswith("a.txt.")
    assert statuses(run(again(importer), folder)) == [Status.UNCHANGED, Status.SKIPPED]


def test_two_files_of_one_name_do_not_overwrite_each_other(importer: Importer, folder: Path) -> None:
    one, two = file(folder / "x"), file(folder / "y", text=TEXT + "另一份。")
    assert statuses(run(importer, one, two)) == [Status.IMPORTED, Status.IMPORTED]
    assert statuses(run(again(importer), one, two)) == [Status.UNCHANGED, Status.UNCHANGED]


def test_a_colleagues_file_of_the_same_name_is_another_file(portal: Portal, folder: Path) -> None:
    with portal.sessions.begin() as session:
        pair = [builders.person(session, username) for username in ("liming", "wanghua")]
        space = builders.space(session, editors=pair)
        first, second = (Importer(portal.sessions, ZONE, each.id, space.id) for each in pair)
    run(first, file(folder))
    assert statuses(run(second, file(folder, text=TEXT + "我这边不一样。"))) == [Status.IMPORTED]


def test_rights_are_asked_for_with_each_file(importer: Importer, session: Session, folder: Path) -> None:
    stranger = builders.person(session, "wanghua", "王华")
    session.commit()
    (outcome,) = run(Importer(importer.sessions, ZONE, stranger.id, importer.space_id), file(folder))
    assert (outcome.status, outcome.reason) == (Status.SKIPPED, reasons.FORBIDDEN)
    assert documents(importer) == []


def test_a_deleted_document_comes_back_as_a_new_one(importer: Importer, folder: Path) -> None:
    path = file(folder)
    run(importer, path)
    with importer.sessions.begin() as session:
        services.delete(
            session, builders.actor_of(session, "liming"), session.scalars(select(Document)).one()
        )
    assert statuses(run(again(importer), path)) == [Status.IMPORTED]


def test_a_bad_file_loses_no_other(importer: Importer, folder: Path) -> None:
    file(folder, "1.txt")
    (folder / "2.docx").write_bytes(b"PK\x03\x04 broken")
    file(folder, "3.txt", "")
    (folder / "4.txt").write_bytes("国标编码的文件\n\n讲的是纳米碳酸钙怎么储存。".encode("gb18030"))
    with zipfile.ZipFile(folder / "5.zip", "w") as archive:
        archive.writestr("../外面.txt", "不该出现")
        archive.writestr("里面.md", "# 里面\n\n压缩包里的一份拜访记录。")
    with (folder / "6.txt").open("wb") as huge:
        huge.truncate(300 << 20)
    found = {outcome.name: outcome for outcome in run(importer, folder)}
    assert {name: outcome.reason for name, outcome in found.items() if outcome.reason} == {
        "2.docx": Reason.BROKEN,
        "3.txt": Reason.EMPTY,
        "5.zip/../外面.txt": Reason.BAD_PATH,
        "6.txt": Reason.TOO_LARGE,
    }
    assert [document.source_name for document in documents(importer)] == ["1.txt", "4.txt", "5.zip/里面.md"]


def test_what_was_killed_goes_on(importer: Importer, folder: Path) -> None:
    for number in range(6):
        file(folder, f"{number}.txt", f"第 {number} 份文件\n\n内容各不相同，编号是 {number}。")
    outcomes = importer.each(walk([folder]))
    assert [next(outcomes).status for _ in range(3)] == [Status.IMPORTED] * 3
    assert statuses(run(again(importer), folder)) == [Status.UNCHANGED] * 3 + [Status.IMPORTED] * 3


def test_every_reason_has_a_sentence() -> None:
    details = {"size": 300 << 20, "limit": 50 << 20, "other": "a.txt"}
    texts = [str(reasons.sentence(reason, details)) for reason in [*Reason, *reasons.SENTENCES, "unknown"]]
    assert all(text.endswith(".") and "%(" not in text for text in texts)
    assert "300 MB, at most 50 MB" in texts[list(Reason).index(Reason.TOO_LARGE)]


@pytest.mark.slow
@pytest.mark.skipif(not ATTACK.exists(), reason="the collection of hostile files is not here")
def test_hostile_archives_are_told_off(importer: Importer) -> None:
    outcomes = run(importer, ATTACK / "archives")
    taken = [document.source_name for document in documents(importer)]
    assert len(outcomes) >= len(list((ATTACK / "archives").rglob("*.zip")))
    assert all(outcome.reason or outcome.item_id for outcome in outcomes)
    assert not [name for name in taken if ".." in name]
