"""Brings the documents of an exported space into another one, with pictures, attachments and the links between them."""

from __future__ import annotations

import functools
import hashlib
import logging
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from portal.content import writing
from portal.content.attachments import services as attachments
from portal.content.attachments import storing
from portal.content.attachments.storing import Taken
from portal.content.cards import tags_of
from portal.content.images import services as images
from portal.content.manuscripts import BODY_LENGTH, prepare
from portal.features.documents.exports.markdown import without_head
from portal.features.documents.importing import (
    IMPORTED_VERB,
    Importer,
    Outcome,
    Status,
    find_same,
    short,
    writable_space,
)
from portal.features.documents.imports import reasons
from portal.features.documents.imports.unpacking import Archive, opened
from portal.features.documents.models import Document
from portal.kernel.errors import ForbiddenError, InvalidError
from portal.people.models import User
from portal.platform import access, timeline
from portal.platform.extraction import ExtractionRefused
from portal.platform.items import ARCHIVED, DRAFT, PUBLISHED, Item
from portal.platform.pictures import MAX_BYTES, Picture, renew

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.features.documents.exports.manifest import PackedAttachment, PackedDocument
    from portal.kernel.actor import Actor

    Step = Callable[[], Outcome]

LINK = re.compile(r"(?<=\()(\d{4,}-[\w-]*\.md)(?=[)#\s])")
BATCH = 400

log = logging.getLogger(__name__)


def steps(
    importer: Importer, path: Path, name: str, uploads: Path, *, as_drafts: bool
) -> Iterator[Step] | None:
    """What is to be done for each document of an archive, None when the file is no exported space.

    Raises:
        ExtractionRefused: it is one, and is damaged.
    """
    with opened(path) as archive:
        if archive is None:
            return None
    return _steps(importer, path, name, uploads, as_drafts=as_drafts)


def _steps(importer: Importer, path: Path, name: str, uploads: Path, *, as_drafts: bool) -> Iterator[Step]:
    with opened(path) as archive:
        if archive is None:
            return
        restorer = Restorer(importer, archive, name, uploads, as_drafts=as_drafts)
        for packed in archive.manifest.documents:
            yield functools.partial(restorer.one, packed)
        restorer.link()


class Restorer:
    """Takes the documents of one archive in, each in a transaction of its own; again, it goes on where it ended.

    Args:
        importer: who imports, and where to.
        archive: the open archive.
        name: what the upload is called.
        uploads: folder of uploaded files.
        as_drafts: everything becomes a draft of the importer's; otherwise it is what it was.
    """

    def __init__(
        self, importer: Importer, archive: Archive, name: str, uploads: Path, *, as_drafts: bool
    ) -> None:
        self.importer, self.archive, self.name, self.uploads = importer, archive, name, uploads
        self.as_drafts = as_drafts

    def one(self, packed: PackedDocument) -> Outcome:
        """Bring one document in; whatever is wrong with it becomes an outcome."""
        name = self._called(packed)
        try:
            return self._take(packed, name)
        except ExtractionRefused as refusal:
            return Outcome(name, Status.SKIPPED, refusal.reason, dict(refusal.details))
        except ForbiddenError:
            return Outcome(name, Status.SKIPPED, reasons.FORBIDDEN)
        except (SQLAlchemyError, InvalidError, ValueError, OSError):
            log.exception("%s was not imported", name)
            return Outcome(name, Status.SKIPPED, reasons.TROUBLE)

    def link(self) -> None:
        """Let the links between the documents lead to where these are now."""
        places = self._places()
        for item_id in places.values():
            with self.importer.sessions.begin() as session:
                _relink(session, self.importer.actor(session), item_id, places)

    def _take(self, packed: PackedDocument, name: str) -> Outcome:
        raw = self.archive.text(packed.file)
        digest = hashlib.sha256(f"{packed.model_dump_json()}\n{raw}".encode()).hexdigest()
        # Pictures are made anew and files are looked at before the transaction, which they would hold up.
        pictures = dict(self._pictures(packed))
        with tempfile.TemporaryDirectory(prefix="zhiying-import-") as folder:
            files = storing.take_in(self._files(packed.attachments, Path(folder)), self.uploads)
        try:
            with self.importer.sessions.begin() as session:
                outcome = self._store(session, packed, without_head(raw), Kit(name, digest, pictures, files))
        except BaseException:
            storing.give_up(self.uploads, files)
            raise
        if outcome.status is Status.UNCHANGED:
            storing.give_up(self.uploads, files)
        return outcome

    def _store(self, session: Session, packed: PackedDocument, body: str, kit: Kit) -> Outcome:
        actor = self.importer.actor(session)
        space = writable_space(session, actor, self.importer.space_id)
        known = find_same(session, actor, space.id, kit.digest)
        if known:
            return Outcome(kit.name, Status.UNCHANGED, item_id=known.id)
        for file, picture in kit.pictures.items():
            stored = images.keep(session, actor, self.uploads, picture)
            body = body.replace(f"../{file}", f"/images/{stored.key}")
        document = self._document(session, actor, space, packed)
        document.source_name, document.source_digest = kit.name, kit.digest
        writing.write_new(session, actor, document, prepare(packed.title, body[:BODY_LENGTH], packed.tags))
        document.created_at = min(packed.created_at, actor.now)
        for taken in kit.files:
            if isinstance(taken, Taken):
                attachments.attach(session, actor, document, taken)
        timeline.record(session, actor, document, IMPORTED_VERB, version=document.version)
        return Outcome(kit.name, Status.IMPORTED, item_id=document.id)

    def _document(self, session: Session, actor: Actor, space: Space, packed: PackedDocument) -> Document:
        """The row of a document. Only who edits the space lets others stand as authors, and only of what others read."""
        may_publish = space.id not in actor.reviewed
        state = packed.state if packed.state in {PUBLISHED, ARCHIVED} and may_publish else DRAFT
        if self.as_drafts or state == DRAFT:
            return _made(actor.user_id, actor.department_id, space, DRAFT, None)
        published_at = min(packed.published_at or actor.now, actor.now)
        named = select(User).where(User.username == packed.author) if space.id in actor.edits else None
        author = session.scalar(named) if named is not None else None
        if author is None:
            return _made(actor.user_id, actor.department_id, space, state, published_at)
        return _made(author.id, author.department_id, space, state, published_at)

    def _pictures(self, packed: PackedDocument) -> Iterator[tuple[str, Picture]]:
        for picture in packed.pictures:
            try:
                yield picture.file, renew(self.archive.read(picture.file, MAX_BYTES))
            except (InvalidError, ExtractionRefused):
                log.warning("%s: a picture could not be read", packed.file)

    def _files(self, packed: Iterable[PackedAttachment], folder: Path) -> Iterator[Unpacked]:
        for number, attached in enumerate(packed):
            path = folder / str(number)
            try:
                self.archive.save(attached.file, path)
            except ExtractionRefused:
                log.warning("%s: an attachment could not be read", attached.file)
                continue
            yield Unpacked(attached.name, path)

    def _called(self, packed: PackedDocument) -> str:
        return short(f"{self.name}/{packed.file}")

    def _places(self) -> dict[str, int]:
        """Where the documents of the archive are now, by the names of their files."""
        names = {self._called(packed): packed.file for packed in self.archive.manifest.documents}
        found: dict[str, int] = {}
        for start in range(0, len(names), BATCH):
            batch = list(names)[start : start + BATCH]
            with self.importer.sessions() as session:
                mine = access.items(self.importer.actor(session), Document).where(
                    Document.space_id == self.importer.space_id, Document.source_name.in_(batch)
                )
                for document in session.scalars(mine.order_by(Item.id)):
                    found[names[document.source_name].rpartition("/")[2]] = document.id
        return found


class Kit:
    """What of a document is ready before its transaction begins."""

    def __init__(
        self, name: str, digest: str, pictures: dict[str, Picture], files: list[Taken | storing.Refused]
    ) -> None:
        self.name, self.digest, self.pictures, self.files = name, digest, pictures, files


class Unpacked:
    """A file out of an archive, as something that can be taken in like an upload."""

    def __init__(self, filename: str, path: Path) -> None:
        self.filename: str | None = filename
        self.path = path

    def save(self, dst: Path) -> None:
        """Move it to where it is kept; between two disks it is copied."""
        with self.path.open("rb") as source, dst.open("wb") as sink:
            while chunk := source.read(1 << 20):
                sink.write(chunk)
        self.path.unlink()


def _made(
    author_id: int, department_id: int | None, space: Space, state: str, published_at: dt.datetime | None
) -> Document:
    return Document(
        author_id=author_id,
        department_id=department_id,
        space_id=space.id,
        state=state,
        published_at=published_at,
    )


def _relink(session: Session, actor: Actor, item_id: int, places: dict[str, int]) -> None:
    """Name the present addresses in a text that names files of the archive, unless somebody has changed it."""
    document = access.find(session, actor, Document, item_id)
    body = LINK.sub(
        lambda found: f"/documents/{places[found[1]]}" if found[1] in places else found[0], document.body
    )
    if body != document.body and document.version == 1:
        text = prepare(document.title, body, tags_of(session, [item_id]).get(item_id, []))
        writing.rewrite(session, actor, document, text, document.version)
        timeline.record(session, actor, document, IMPORTED_VERB, version=document.version)
