"""Turning files into documents: one service for the command line, the page and the worker.

A file is known by its content. Within a space the same content is never taken twice, and a changed file of the same
name becomes a new version as long as nobody has edited the document here. Every file is a transaction of its own:
whatever happens to one loses no other, and running again goes on where it ended.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from portal.content import actors, writing
from portal.content.manuscripts import BODY_LENGTH, Manuscript, prepare
from portal.content.spaces.models import Space
from portal.content.spaces.policy import may_write
from portal.features.documents.imports import reasons
from portal.features.documents.models import Document
from portal.kernel import clock
from portal.kernel.db import reading
from portal.kernel.errors import ForbiddenError
from portal.platform import access, timeline
from portal.platform.extraction import ExtractionRefused, Reason, read_file
from portal.platform.items import DRAFT, PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session, sessionmaker

    from portal.kernel.actor import Actor
    from portal.platform.extraction import Source

NAME_LENGTH = 300
IMPORTED_VERB = "imported"

log = logging.getLogger(__name__)


class Status(StrEnum):
    """What became of a file."""

    IMPORTED = "imported"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file.

    Args:
        name: as people see it.
        status: what was done.
        reason: name of the cause when it was skipped, see `imports.reasons`.
        details: values for the sentence about it.
        item_id: the document, if there is one.
    """

    name: str
    status: Status
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    item_id: int | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A file that was read: its name, the digest of its bytes, and what it says."""

    name: str
    digest: str
    manuscript: Manuscript


class _Skipped(Exception):  # noqa: N818 - an answer, not an error of the program
    def __init__(self, reason: str, **details: object) -> None:
        super().__init__(reason)
        self.reason, self.details = reason, details


class Importer:
    """Imports files into one space on behalf of one person, whose rights are asked for anew with each file.

    Args:
        sessions: opens sessions on the database.
        zone: time zone of the company.
        user_id: who imports, and will be the author.
        space_id: where to.
    """

    def __init__(self, sessions: sessionmaker[Session], zone: ZoneInfo, user_id: int, space_id: int) -> None:
        self.sessions, self.zone = sessions, zone
        self.user_id, self.space_id = user_id, space_id
        self.taken: set[int] = set()

    def each(self, sources: Iterable[Source]) -> Iterator[Outcome]:
        """What becomes of each file, one after the other."""
        return (self.one(source) for source in sources)

    def one(self, source: Source) -> Outcome:
        """Import one file; whatever is wrong with it becomes an outcome."""
        name = short(source.name)
        try:
            if source.path is None:
                raise source.refusal or ExtractionRefused(Reason.BROKEN)
            return self._take(source.path, name)
        except ExtractionRefused as refusal:
            return Outcome(name, Status.SKIPPED, refusal.reason, dict(refusal.details))
        except _Skipped as skipped:
            return Outcome(name, Status.SKIPPED, skipped.reason, skipped.details)
        except ForbiddenError:
            return Outcome(name, Status.SKIPPED, reasons.FORBIDDEN)
        except OSError:
            return Outcome(name, Status.SKIPPED, Reason.BAD_PATH)
        except (SQLAlchemyError, ValueError):
            log.exception("%s was not imported", name)
            return Outcome(name, Status.SKIPPED, reasons.TROUBLE)

    def _take(self, path: Path, name: str) -> Outcome:
        # Looked for before the file is read: running again over a thousand files then takes seconds.
        digest = digest_of(path)
        with reading(), self.sessions() as session:
            known = find_same(session, self.actor(session), self.space_id, digest)
            if known:
                return self._settle(known, name)
        text = read(path, name, digest)
        with self.sessions.begin() as session:
            outcome = self._store(session, text)
        self.taken.add(outcome.item_id or 0)
        return outcome

    def _store(self, session: Session, text: Text) -> Outcome:
        actor = self.actor(session)
        space = writable_space(session, actor, self.space_id)
        known = find_same(session, actor, space.id, text.digest)
        if known:
            return self._settle(known, text.name)
        document = find_namesake(session, actor, space.id, text.name, self.taken)
        if document is None:
            made = add(session, actor, space, text)
            reason = reasons.AS_DRAFT if made.state == DRAFT else ""
            return Outcome(text.name, Status.IMPORTED, reason, item_id=made.id)
        renew(session, actor, document, text)
        return Outcome(text.name, Status.UPDATED, item_id=document.id)

    def _settle(self, known: Document, name: str) -> Outcome:
        """The content is here already: nothing to do, or the second of two equal files."""
        is_same = known.source_name == name or (
            _base(known.source_name) == _base(name) and known.id not in self.taken
        )
        if not is_same:
            raise _Skipped(reasons.DUPLICATE, other=known.source_name)
        self.taken.add(known.id)
        return Outcome(name, Status.UNCHANGED, item_id=known.id)

    def actor(self, session: Session) -> Actor:
        """Who imports, with the rights of this moment."""
        actor = actors.load(session, self.user_id, clock.now(), self.zone)
        if actor is None:
            raise ForbiddenError
        return actor


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read(path: Path, name: str, digest: str) -> Text:
    """What a file says, ready to be stored; takes its time and needs no database.

    Raises:
        ExtractionRefused: it cannot be read.
    """
    extracted = read_file(path, _base(name))
    if len(extracted.body) > BODY_LENGTH:
        raise _Skipped(reasons.TOO_LONG, limit=BODY_LENGTH)
    if not extracted.body.strip():
        raise ExtractionRefused(Reason.NO_TEXT)
    return Text(name, digest, prepare(extracted.title or PurePosixPath(name).stem, extracted.body))


def writable_space(session: Session, actor: Actor, space_id: int) -> Space:
    """The space, locked, so that two imports of the same file into it take turns.

    Raises:
        ForbiddenError: the actor may not write there, or there is none.
    """
    access.take_turn(session)
    space = session.scalar(select(Space).where(Space.id == space_id).with_for_update())
    if space is None or not may_write(actor, space):
        raise ForbiddenError
    return space


def find_same(session: Session, actor: Actor, space_id: int, digest: str) -> Document | None:
    """The document of a space that was imported from this content. One that the actor may not read stays unmentioned."""
    same = access.items(actor, Document).where(
        Document.space_id == space_id, Document.source_digest == digest
    )
    return session.scalar(same.order_by(Document.id).limit(1))


def find_namesake(
    session: Session, actor: Actor, space_id: int, name: str, taken: set[int]
) -> Document | None:
    """The document that an earlier version of this file became, if the actor imported it and nobody changed it.

    Another person's file of the same name is another file, and so is another one of the same import.

    Raises:
        _Skipped: it was edited, withdrawn or archived here.
    """
    mine = (
        (Document.space_id == space_id)
        & (Document.author_id == actor.user_id)
        & (Document.source_name == name)
    )
    found = session.scalars(access.items(actor, Document).where(mine).order_by(Document.id)).all()
    older = [document for document in found if document.id not in taken]
    if len(older) != 1:
        return None
    imports = select(func.count()).where(
        timeline.Entry.item_id == older[0].id, timeline.Entry.verb == IMPORTED_VERB
    )
    if space_id in actor.reviewed and older[0].state == PUBLISHED:
        raise _Skipped(reasons.REVIEWED)
    expected = DRAFT if space_id in actor.reviewed else PUBLISHED
    if older[0].state != expected or session.scalar(imports) != older[0].version:
        raise _Skipped(reasons.EDITED)
    return older[0]


def add(session: Session, actor: Actor, space: Space, text: Text) -> Document:
    """A new document, published at once; where documents are reviewed, a draft that its author sends for review."""
    waits = space.id in actor.reviewed
    document = Document(
        state=DRAFT if waits else PUBLISHED,
        author_id=actor.user_id,
        department_id=actor.department_id,
        space_id=space.id,
        published_at=None if waits else actor.now,
        source_name=text.name,
        source_digest=text.digest,
    )
    writing.write_new(session, actor, document, text.manuscript)
    timeline.record(session, actor, document, IMPORTED_VERB, version=document.version)
    return document


def renew(session: Session, actor: Actor, document: Document, text: Text) -> None:
    """The next version of an imported document."""
    document.source_digest = text.digest
    writing.rewrite(session, actor, document, text.manuscript, document.version)
    timeline.record(session, actor, document, IMPORTED_VERB, version=document.version)


def _base(name: str) -> str:
    return PurePosixPath(name).name


def short(name: str) -> str:
    """A name that fits: of a path that is too long its end stays. Bytes that are no text become marks."""
    return name.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")[-NAME_LENGTH:]
