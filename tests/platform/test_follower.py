"""The index follows the database, whatever happens to it or to the one who follows."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from portal.commands.indexes import differences
from portal.config import ROOT
from portal.factory import Portal
from portal.features.documents import services
from portal.kernel.db import reading
from portal.kernel.errors import UnavailableError
from portal.platform.search import queue, service
from portal.platform.search.engine import IndexDamaged
from portal.platform.search.syntax import parse
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session

    from portal.features.documents.models import Document
    from portal.platform.search.engine import Found

WORD = "气相法白炭黑"
NUMBER = 6


@pytest.fixture
def documents(portal: Portal, session: Session) -> list[Document]:
    """Six documents of one author, found by a word; the index knows them."""
    author, space = builders.person(session), builders.space(session)
    made = [builders.document(session, author, space, f"{WORD} {number}") for number in range(NUMBER)]
    session.commit()
    portal.follower.catch_up()
    return made


@pytest.fixture
def reopened(portal: Portal) -> Iterator[Callable[[], Portal]]:
    """The same installation in a process that has just begun."""
    opened: list[Portal] = []

    def reopen() -> Portal:
        opened.append(Portal(portal.settings))
        return opened[-1]

    yield reopen
    for each in opened:
        each.engine.close()
        each.sessions.kw["bind"].dispose()


def found(portal: Portal, text: str = WORD) -> Found:
    with reading(), portal.sessions() as session:
        return service.search(session, builders.actor_of(session, "liming"), portal.engine, parse(text)).found


def live(portal: Portal) -> Path:
    return portal.settings.index_path / (portal.settings.index_path / "current").read_text("ascii")


@pytest.mark.databases
def test_what_is_published_is_found_after_one_look(portal: Portal, session: Session) -> None:
    author = builders.person(session)
    document = builders.document(session, author, builders.space(session), WORD)
    session.commit()
    assert found(portal).total == 0
    assert portal.follower.catch_up() > 0
    assert list(found(portal).ids) == [document.id]
    assert portal.follower.catch_up() == 0
    assert differences(portal) == []


@pytest.mark.databases
def test_every_act_reaches_the_index(portal: Portal, session: Session, documents: list[Document]) -> None:
    actor = builders.actor_of(session, "liming")
    wanted = services.DocumentInput(
        builders.documents.manuscript("改过", "全新的内容", ["新标签"]), documents[0].space_id or 0
    )
    services.edit(session, actor, documents[0], wanted, 1)
    services.delete(session, actor, documents[1])
    services.archive(session, actor, documents[2])
    services.withdraw(session, actor, documents[3])
    builders.reply(session, builders.person(session, "wangfang", "王芳"), documents[4])
    session.commit()
    portal.follower.catch_up()
    assert differences(portal) == []
    assert set(found(portal).ids) == {document.id for document in documents[3:]}


def test_nothing_is_applied_before_its_commit(
    portal: Portal, session: Session, documents: list[Document]
) -> None:
    before = portal.engine.cursor()
    services.delete(session, builders.actor_of(session, "liming"), documents[0])
    session.flush()
    portal.follower.catch_up()
    assert portal.engine.cursor() == before
    session.rollback()
    assert found(portal).total == NUMBER


def test_changes_that_were_trimmed_are_not_missed(
    portal: Portal, session: Session, documents: list[Document]
) -> None:
    newest = queue.last(session)
    queue.trim(session, newest)
    session.commit()
    assert queue.since(session, 0) == [(newest, documents[-1].id)] or queue.last(session) == newest
    assert portal.follower.catch_up() == 0
    assert queue.last(session) == newest


def test_an_index_that_missed_trimmed_changes_is_built_anew(
    portal: Portal, session: Session, documents: list[Document]
) -> None:
    services.delete(session, builders.actor_of(session, "liming"), documents[0])
    builders.document(
        session, builders.person(session, "wangfang", "王芳"), builders.space_of(session, "handbook"), WORD
    )
    session.flush()
    queue.trim(session, queue.last(session))
    session.commit()
    assert portal.follower.catch_up() > 0
    assert differences(portal) == []


DAMAGE: dict[str, Callable[[Path, Path], object]] = {
    "the folder is gone": lambda index, _live: shutil.rmtree(index),
    "the live folder is gone": lambda _index, live: shutil.rmtree(live),
    "the pointer is gone": lambda index, _live: (index / "current").unlink(),
    "the pointer is empty": lambda index, _live: (index / "current").write_text(""),
    "the pointer leads nowhere": lambda index, _live: (index / "current").write_text("index-0"),
    "the pointer is rubbish": lambda index, _live: (index / "current").write_bytes(b"\xff\xfe\x00"),
    "every file is empty": lambda _index, live: [file.write_bytes(b"") for file in files(live)],
    "every file is cut in half": lambda _index, live: [halve(file) for file in files(live)],
    "every file is rubbish": lambda _index, live: [
        file.write_bytes(b"\x80rubbish" * 99) for file in files(live)
    ],
}


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def halve(path: Path) -> int:
    return path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_index_is_noticed_and_built_anew(
    portal: Portal, documents: list[Document], reopened: Callable[[], Portal], what: str
) -> None:
    portal.engine.close()
    DAMAGE[what](portal.settings.index_path, live(portal))
    begun = reopened()
    begun.follower.catch_up()
    assert differences(begun) == []
    assert set(found(begun).ids) == {document.id for document in documents}


def test_a_process_that_is_running_notices_too(portal: Portal, documents: list[Document]) -> None:
    shutil.rmtree(portal.settings.index_path)
    portal.follower.catch_up()
    assert set(found(portal).ids) == {document.id for document in documents}


def test_each_missing_file_is_noticed(
    portal: Portal, documents: list[Document], reopened: Callable[[], Portal]
) -> None:
    portal.engine.close()
    for name in [path.name for path in files(live(portal))]:
        (live(portal) / name).unlink(missing_ok=True)
        begun = reopened()
        begun.follower.catch_up()
        assert set(found(begun).ids) == {document.id for document in documents}, name


def test_a_flipped_byte_is_noticed_and_the_index_built_anew(
    portal: Portal, documents: list[Document], reopened: Callable[[], Portal]
) -> None:
    chance = random.Random(5)  # noqa: S311 - drawn from a fixed seed, so that a failure comes back
    portal.engine.close()
    for suffix in ("toc", "pst", "trm", "numbers.col", "labels.col", "sums"):
        (path,) = live(portal).glob(f"*.{suffix}")
        flip(path, chance.randrange(path.stat().st_size))
        begun = reopened()
        with pytest.raises(UnavailableError):
            found(begun)
        begun.follower.catch_up()
        assert differences(begun) == [], suffix
        assert set(found(begun).ids) == {document.id for document in documents}, suffix


def test_a_byte_that_flips_under_an_open_index_is_noticed_when_it_hurts(
    portal: Portal, documents: list[Document]
) -> None:
    """What an open process has in memory goes on; what it cannot read any more is refused, then built anew."""
    assert found(portal).total == len(documents)
    for path in live(portal).glob("*.pst"):
        path.write_bytes(b"\xff" * path.stat().st_size)
    portal.engine._drop()  # type: ignore[attr-defined]  # as when the next commit makes it open the files again
    with pytest.raises(UnavailableError):
        found(portal)
    portal.follower.catch_up()
    assert found(portal).total == len(documents)


def test_an_index_that_is_ahead_of_the_database_is_built_anew(
    portal: Portal, session: Session, documents: list[Document]
) -> None:
    portal.engine.apply([], queue.last(session) + 100)
    assert portal.follower.catch_up() > 0
    assert portal.engine.cursor() == queue.last(session)
    assert set(found(portal).ids) == {document.id for document in documents}


def test_a_damaged_index_is_unavailable_and_nothing_worse(
    portal: Portal, documents: list[Document], reopened: Callable[[], Portal]
) -> None:
    del documents
    portal.engine.close()
    for file in files(live(portal)):
        file.write_bytes(b"rubbish")
    begun = reopened()
    with pytest.raises(UnavailableError):
        found(begun)
    with pytest.raises(IndexDamaged):
        begun.engine.cursor()


FOLLOWER = """
import sys
from pathlib import Path
from portal.config import Settings
from portal.factory import Portal

portal = Portal(Settings(data=Path(sys.argv[1]), database_url=sys.argv[2], secret_key="0" * 64))
portal.follower.sessions
print("ready", flush=True)
while True:
    portal.follower.catch_up()
"""


def killed_while_following(portal: Portal, write: Callable[[], None]) -> None:
    """Write while another process follows, and kill it in the middle of its work."""
    command = [sys.executable, "-c", FOLLOWER, str(portal.settings.data), portal.settings.url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        write()
        os.kill(child.pid, signal.SIGKILL)


@pytest.mark.slow
def test_a_killed_follower_loses_and_repeats_nothing(portal: Portal, session: Session) -> None:
    author, space = builders.person(session), builders.space(session)
    session.commit()
    written: list[int] = []

    def write() -> None:
        for number in range(5):
            document = builders.document(session, author, space, f"{WORD} {len(written)}.{number}")
            session.commit()
            written.append(document.id)

    for _ in range(5):
        killed_while_following(portal, write)
        portal.follower.catch_up()
        answer = found(portal)
        assert list(answer.ids) == written
        assert answer.total == len(written)
        assert differences(portal) == []
