"""What of a document goes into a file: everything its reader may read, and nothing else."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal.content.attachments import queries as attachments
from portal.content.attachments.queries import Exported
from portal.content.images import services as images
from portal.content.images.models import StoredImage
from portal.content.records import Revision
from portal.features.documents.queries import sheet
from portal.kernel.typed import line
from portal.platform.access import readable_ids

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
NAME_BYTES = 120
WINDOWS = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|\Z)")


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture of a text: its key, its type, and where its file lies."""

    key: str
    media_type: str
    path: Path

    @property
    def name(self) -> str:
        """What it is called in an archive."""
        return f"{self.key}.{ENDINGS.get(self.media_type, 'bin')}"


@dataclass(frozen=True, slots=True)
class Copy:
    """A document as it leaves the portal."""

    id: int
    title: str
    body: str
    html: str
    author: str
    author_name: str
    space: str
    state: str
    version: int
    tags: tuple[str, ...]
    created_at: dt.datetime
    published_at: dt.datetime | None
    updated_at: dt.datetime
    verified_until: dt.datetime | None
    fields: Mapping[str, Any] = field(default_factory=dict)
    pictures: tuple[PictureFile, ...] = ()
    attachments: tuple[Exported, ...] = ()


def copy(session: Session, actor: Actor, item_id: int, uploads: Path) -> Copy:
    """A document for taking along.

    Raises:
        NotFoundError: it does not exist or the actor may not read it.
    """
    found = sheet(session, actor, item_id)
    document = found.document
    data = select(Revision.data).where(Revision.item_id == item_id, Revision.version == document.version)
    return Copy(
        id=document.id,
        title=document.title,
        body=document.body,
        html=found.rendering.html,
        author=found.author.username,
        author_name=found.author.name,
        space=found.space.name,
        state=document.state,
        version=document.version,
        tags=tuple(found.tags),
        created_at=document.created_at,
        published_at=document.published_at,
        updated_at=document.updated_at,
        verified_until=document.verified_until,
        fields=session.scalar(data) or {},
        pictures=tuple(_pictures(session, actor, images.IN_TEXT.findall(document.body), uploads)),
        attachments=tuple(attachments.of_item(session, actor, item_id, uploads)),
    )


def file_name(title: str, ending: str = "") -> str:
    """A name that every file system takes, as long as the title allows."""
    name = UNSAFE.sub(" ", line(title)).strip(". ") or "document"
    if WINDOWS.match(name):
        name = f"_{name}"
    kept = name.encode()[:NAME_BYTES].decode("utf-8", "ignore").strip(". ")
    return f"{kept}.{ending}" if ending else kept


def _pictures(session: Session, actor: Actor, keys: Iterable[str], uploads: Path) -> list[PictureFile]:
    """The pictures that a text shows, as far as the actor may see them and they are there."""
    wanted = list(dict.fromkeys(keys))
    stored = select(StoredImage).where(StoredImage.key.in_(wanted))
    rows = {row.key: row for row in session.scalars(stored)} if wanted else {}
    seen = readable_ids(session, actor, {row.item_id for row in rows.values() if row.item_id})
    found = [
        PictureFile(key, rows[key].media_type, images.path(uploads, key))
        for key in wanted
        if key in rows and (rows[key].owner_id == actor.user_id or rows[key].item_id in seen)
    ]
    return [picture for picture in found if picture.path.is_file()]
