"""Keeping pictures and handing them to those who may read the item they belong to."""

from __future__ import annotations

import os
import re
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from portal.content.images.models import StoredImage
from portal.kernel.errors import NotFoundError
from portal.platform.access import readable_ids, require

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.platform.pictures import Picture

IN_TEXT = re.compile(r"/images/([A-Za-z0-9_-]{22})")


def keep(session: Session, actor: Actor, folder: Path, picture: Picture) -> StoredImage:
    """Store a picture. The file is on the disk before its row is committed; a crash leaves at most an unused file.

    Raises:
        ForbiddenError: the actor is a reader only.
    """
    require(actor.is_member)
    key = secrets.token_urlsafe(16)
    _write(folder, key, picture.data)
    image = StoredImage(
        key=key,
        owner_id=actor.user_id,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        created_at=actor.now,
    )
    session.add(image)
    session.flush()
    return image


def find(session: Session, actor: Actor, key: str) -> StoredImage:
    """A picture that the actor may see: its owner, and whoever reads the item it belongs to.

    Raises:
        NotFoundError: there is none, or the actor may not see it.
    """
    image = session.scalar(select(StoredImage).where(StoredImage.key == key))
    if image is None:
        raise NotFoundError
    own = image.owner_id == actor.user_id
    if not own and (image.item_id is None or not readable_ids(session, actor, [image.item_id])):
        raise NotFoundError
    return image


def claim(session: Session, actor: Actor, item_id: int, body: str) -> None:
    """Let the pictures that a text uses belong to its item, as far as they are the writer's own and yet nobody's."""
    keys = set(IN_TEXT.findall(body))
    if keys:
        free = StoredImage.key.in_(keys), StoredImage.owner_id == actor.user_id, StoredImage.item_id.is_(None)
        session.execute(update(StoredImage).where(*free).values(item_id=item_id))


def path(folder: Path, key: str) -> Path:
    """Where a picture's file lies."""
    return folder / "images" / key[:2] / key


def _write(folder: Path, key: str, data: bytes) -> None:
    target = path(folder, key)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with target.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
