"""What is tidied up by itself: files that no row names, files that no document has claimed, waits that nobody will end."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from portal.content.attachments.models import WAITING, AttachmentFile
from portal.content.attachments.reading import give_up
from portal.content.attachments.storing import folder
from portal.kernel.db import reading
from portal.platform import access
from portal.platform.items import Item
from portal.platform.jobs import FAILED, Job
from portal.platform.search import queue

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session, sessionmaker

    from portal.config import Settings

KIND = "attachment"
UNCLAIMED_FOR = dt.timedelta(days=7)
UNUSED_FOR = dt.timedelta(days=1)
PAUSE = dt.timedelta(hours=1)
BATCH = 500


def sweep(sessions: sessionmaker[Session], settings: Settings, now: dt.datetime) -> None:
    """Tidy up; what concerns the disk once an hour."""
    _end_waits(sessions)
    _forget_unclaimed(sessions, now)
    root = folder(settings.uploads_path)
    if _is_due(root, now):
        _remove_unused(sessions, root, now)


def _end_waits(sessions: sessionmaker[Session]) -> None:
    given_up = (
        select(AttachmentFile)
        .join(Job, Job.id == AttachmentFile.job_id)
        .where(AttachmentFile.state == WAITING, Job.state == FAILED)
        .limit(BATCH)
    )
    with reading(), sessions() as session:
        if session.scalar(given_up.limit(1)) is None:
            return
    with sessions.begin() as session:
        for file in session.scalars(given_up):
            give_up(file)


def _forget_unclaimed(sessions: sessionmaker[Session], now: dt.datetime) -> None:
    stale = Item.kind == KIND, Item.holder_id.is_(None), Item.created_at < now - UNCLAIMED_FOR
    statement = (
        select(AttachmentFile.attachment_id)
        .join(Item, Item.id == AttachmentFile.attachment_id)
        .where(*stale)
        .distinct()
        .limit(BATCH)
    )
    with reading(), sessions() as session:
        if session.scalar(statement.limit(1)) is None:
            return
    with sessions.begin() as session:
        access.take_turn(session)
        ids = session.scalars(statement).all()
        if ids:
            queue.put_gone(session.connection(), ids)
            session.execute(delete(Item).where(Item.id.in_(ids), Item.kind == KIND))


def _is_due(root: Path, now: dt.datetime) -> bool:
    """Whether an hour has passed since somebody looked; two that look at once do no harm."""
    mark = root / ".swept"
    if not root.is_dir() or (
        mark.is_file() and now.timestamp() - float(mark.read_text() or 0) < PAUSE.total_seconds()
    ):
        return False
    mark.write_text(str(now.timestamp()), "ascii")
    return True


def _remove_unused(sessions: sessionmaker[Session], root: Path, now: dt.datetime) -> None:
    """Remove files, and drawings of files, that no row names; young ones may be on their way into a row."""
    oldest = (now - UNUSED_FOR).timestamp()
    old = [path for path in root.iterdir() if path.name[:1] != "." and path.stat().st_mtime < oldest]
    for start in range(0, len(old), BATCH):
        batch = old[start : start + BATCH]
        keys = {path.name.partition(".")[0] for path in batch}
        with reading(), sessions() as session:
            named = set(
                session.scalars(select(AttachmentFile.key).where(AttachmentFile.key.in_(keys)).distinct())
            )
        for path in batch:
            if path.name.partition(".")[0] not in named:
                path.unlink(missing_ok=True)
