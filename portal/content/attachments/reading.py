"""The worker's part: reads a version of a file in a child with limits, and stores what it says.

Whatever the file holds, its row ends in a final state. A worker that dies in the middle leaves the row waiting, and the job
is taken up again; a job that was given up lets `sweeping` end the wait.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal.content import actors
from portal.content.attachments import reasons, storing
from portal.content.attachments.models import EMPTY, FAILED, PARTLY, READ, WAITING, Attachment, AttachmentFile
from portal.content.retired import services as retired
from portal.kernel import clock
from portal.kernel.db import reading
from portal.platform import access
from portal.platform.extraction import ExtractionRefused, Format, Reason, read_parts
from portal.platform.items import SUMMARY_LENGTH

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session, sessionmaker

    from portal.config import Settings
    from portal.platform.extraction import Parts
    from portal.platform.jobs import Handler, Job

BETWEEN = "\n\n"
WITHOUT_TEXT = frozenset({Reason.NO_TEXT, Reason.EMPTY})


@dataclass(frozen=True, slots=True)
class Found:
    """What reading a file has come to."""

    state: str
    reason: str = ""
    details: dict[str, Any] | None = None
    text: str = ""
    outline: tuple[tuple[str, int, int, int], ...] = ()


def handler(settings: Settings) -> Handler:
    """What the worker calls for each version of a file."""
    return functools.partial(_run, settings=settings)


def _run(sessions: sessionmaker[Session], job: Job, *, settings: Settings) -> None:
    wanted = job.arguments["attachment_id"], job.arguments["number"]
    with reading(), sessions() as session:
        file = _waiting(session, *wanted)
        if file is None:
            return
        path, form = storing.folder(settings.uploads_path) / file.key, Format(file.form)
    found = read(path, form)
    with sessions.begin() as session:
        access.take_turn(session)
        attachment = store(session, *wanted, found)
        if attachment is not None:
            actor = actors.system(clock.now(), settings.zone)
            retired.check_saved(session, actor, attachment, {})


def read(path: Path, form: Format) -> Found:
    """What a file says, or why it says nothing; needs no database."""
    try:
        return _told(read_parts(path, form))
    except ExtractionRefused as refusal:
        state = EMPTY if refusal.reason in WITHOUT_TEXT else FAILED
        return Found(state, refusal.reason, dict(refusal.details))


def _told(parts: Parts) -> Found:
    outline, texts, start = [], [], 0
    for part in parts.parts:
        outline.append((part.label, start, part.width, part.height))
        texts.append(part.text)
        start += len(part.text) + len(BETWEEN)
    text, places = BETWEEN.join(texts), tuple(outline)
    if not parts.has_text:
        return Found(EMPTY, Reason.NO_TEXT, text=text, outline=places)
    if parts.limit:
        figures = {"done": len(parts.parts), "total": parts.total}
        return Found(PARTLY, parts.limit, figures, text, places)
    return Found(READ, text=text, outline=places)


def store(session: Session, attachment_id: int, number: int, found: Found) -> Attachment | None:
    """Write down what reading has come to; the attachment and its text only if this is still its present version."""
    file = _waiting(session, attachment_id, number)
    if file is None:
        return None
    file.state, file.reason, file.details = found.state, found.reason, found.details or {}
    file.outline, file.part_count = [list(part) for part in found.outline], len(found.outline)
    attachment = session.scalar(access.unscoped(Attachment).where(Attachment.id == attachment_id))
    if attachment is None or attachment.version != number:
        return None
    attachment.body = found.text
    attachment.summary = " ".join(found.text[: SUMMARY_LENGTH * 2].split())[:SUMMARY_LENGTH]
    return attachment


def give_up(file: AttachmentFile) -> None:
    """End the wait for a file that no worker could read."""
    file.state, file.reason = FAILED, reasons.TROUBLE


def _waiting(session: Session, attachment_id: int, number: int) -> AttachmentFile | None:
    wanted = AttachmentFile.attachment_id == attachment_id, AttachmentFile.number == number
    return session.scalar(select(AttachmentFile).where(*wanted, AttachmentFile.state == WAITING))
