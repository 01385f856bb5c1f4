"""Reads of attachments: those of an item, their versions, their text and its parts."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import undefer

from portal.content.attachments.models import Attachment, AttachmentFile
from portal.content.attachments.storing import folder
from portal.kernel.errors import NotFoundError
from portal.people.models import User
from portal.platform import access
from portal.platform.access import READABLE, as_read_by
from portal.platform.items import DELETED, PUBLISHED, Item

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a file, and who uploaded it."""

    file: AttachmentFile
    name: str
    username: str


@dataclass(frozen=True, slots=True)
class Held:
    """An attachment of an item: its versions, the present one first."""

    id: int
    versions: list[Version]

    @property
    def present(self) -> Version:
        """The version that is shown, found and downloaded."""
        return self.versions[0]


@dataclass(frozen=True, slots=True)
class Exported:
    """An attachment for exports: what it is called and where its present file lies."""

    id: int
    name: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Outline:
    """The parts of a text: what kind of file it is, and each part's name, place, width and height."""

    form: str
    parts: tuple[tuple[str, int, int, int], ...]

    def at(self, place: int) -> int:
        """The number, from 0, of the part in which a place of the text lies."""
        return max(bisect_right(self.parts, place, key=lambda part: part[1]) - 1, 0)

    def cut(self, text: str) -> Iterator[tuple[str, str]]:
        """Each part's name and what it says."""
        if not self.parts:
            return
        starts = [part[1] for part in self.parts]
        for (label, start, _width, _height), end in zip(self.parts, [*starts[1:], len(text)], strict=True):
            yield label, text[start:end].strip()

    def piece(self, text: str, number: int) -> str:
        """What one part says."""
        end = self.parts[number + 1][1] if number + 1 < len(self.parts) else len(text)
        return text[self.parts[number][1] : end].strip()


VERSIONS = (
    select(Item.id, AttachmentFile, User.name, User.username)
    .join(AttachmentFile, AttachmentFile.attachment_id == Item.id)
    .join(User, User.id == AttachmentFile.user_id)
    .where(Item.kind == "attachment", Item.state == PUBLISHED, READABLE)
    .order_by(Item.created_at, Item.id, AttachmentFile.number.desc())
)
OF_HOLDER = VERSIONS.where(Item.holder_id == bindparam("holder_id"))
OF_ITEM = (
    select(Item.id, AttachmentFile, User.name, User.username)
    .join(AttachmentFile, AttachmentFile.attachment_id == Item.id)
    .join(User, User.id == AttachmentFile.user_id)
    .where(Item.id == bindparam("item_id"), READABLE)
    .order_by(AttachmentFile.number.desc())
)


def attachments(session: Session, actor: Actor, holder_id: int) -> list[Held]:
    """The attachments of an item with their versions, oldest first, in one query."""
    found: dict[int, Held] = {}
    for key, file, name, username in session.execute(
        OF_HOLDER, {"holder_id": holder_id, **as_read_by(actor)}
    ):
        found.setdefault(key, Held(key, [])).versions.append(Version(file, name, username))
    return list(found.values())


def versions(session: Session, actor: Actor, attachment_id: int) -> Held:
    """One attachment with its versions.

    Raises:
        NotFoundError: it does not exist or the actor may not read it.
    """
    rows = session.execute(OF_ITEM, {"item_id": attachment_id, **as_read_by(actor)}).all()
    if not rows:
        raise NotFoundError
    return Held(attachment_id, [Version(file, name, username) for _key, file, name, username in rows])


def file_of(session: Session, actor: Actor, attachment_id: int, number: int) -> AttachmentFile:
    """One version of a file that the actor may read.

    Raises:
        NotFoundError: it does not exist or the actor may not read it.
    """
    if not access.readable_ids(session, actor, [attachment_id]):
        raise NotFoundError
    return version(session, attachment_id, number)


def version(session: Session, attachment_id: int, number: int) -> AttachmentFile:
    """One version of an attachment that was found under the rule.

    Raises:
        NotFoundError: there is none of this number.
    """
    wanted = AttachmentFile.attachment_id == attachment_id, AttachmentFile.number == number
    file = session.scalar(select(AttachmentFile).where(*wanted))
    if file is None:
        raise NotFoundError
    return file


def removed(session: Session, actor: Actor, attachment_id: int) -> Attachment:
    """An attachment that was removed, for undoing that, as far as the actor reads what held it.

    Raises:
        NotFoundError: it was not removed, or the actor does not read what held it.
    """
    gone = select(Attachment).where(Attachment.id == attachment_id, Item.state == DELETED)
    attachment = session.scalar(gone)
    if attachment is None or not attachment.holder_id:
        raise NotFoundError
    access.find(session, actor, Item, attachment.holder_id)
    return attachment


def namesake(session: Session, actor: Actor, holder_id: int, name: str) -> Attachment | None:
    """The attachment of an item that is called so."""
    wanted = Item.holder_id == holder_id, Item.title == name, Item.state == PUBLISHED
    return session.scalar(access.items(actor, Attachment).where(*wanted).order_by(Item.id).limit(1))


def count_of(session: Session, actor: Actor, holder_id: int) -> int:
    """How many attachments an item has."""
    standing = access.columns(actor, func.count()).where(
        Item.holder_id == holder_id, Item.kind == "attachment", Item.state == PUBLISHED
    )
    return session.scalar(standing) or 0


def of_item(session: Session, actor: Actor, item_id: int, uploads: Path) -> list[Exported]:
    """The attachments of an item for its export, with where their present files lie.

    Args:
        session: open session.
        actor: whose rights decide what is in it.
        item_id: the document.
        uploads: `Settings.uploads_path`.
    """
    present = [held.present.file for held in attachments(session, actor, item_id)]
    return [
        Exported(file.attachment_id, file.name, folder(uploads) / file.key, file.size) for file in present
    ]


def unclaimed(session: Session, actor: Actor, ids: Sequence[int]) -> list[Held]:
    """The actor's own files among those given that nothing holds yet."""
    if not ids:
        return []
    statement = (
        access.columns(actor, Item.id, AttachmentFile, User.name, User.username)
        .join(AttachmentFile, AttachmentFile.attachment_id == Item.id)
        .join(User, User.id == AttachmentFile.user_id)
        .where(Item.id.in_(ids), Item.author_id == actor.user_id, Item.holder_id.is_(None))
    )
    return [
        Held(key, [Version(file, name, username)])
        for key, file, name, username in session.execute(statement.order_by(Item.id))
    ]


def text_of(session: Session, item_id: int) -> str:
    """The text of an attachment that was found under the rule; empty when there is none of this number."""
    return session.scalar(select(Attachment.body).where(Attachment.id == item_id)) or ""


def outlines(session: Session, ids: Sequence[int]) -> dict[int, Outline]:
    """The outlines of the present files of attachments that were found under the rule."""
    if not ids:
        return {}
    statement = (
        select(AttachmentFile)
        .join(Attachment, (Attachment.id == AttachmentFile.attachment_id))
        .where(Attachment.id.in_(ids), AttachmentFile.number == Attachment.version)
        .options(undefer(AttachmentFile.outline))
    )
    return {file.attachment_id: outline_of(file) for file in session.scalars(statement)}


def outline_of(file: AttachmentFile) -> Outline:
    """How a file's text is divided."""
    return Outline(file.form, tuple((str(part[0]), *map(int, part[1:4])) for part in file.outline))  # type: ignore[misc]
