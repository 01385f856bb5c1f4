"""What hangs on a document and goes over when it is merged: replies, attachments, pictures, followers, shelves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from portal.content.images.models import StoredImage
from portal.content.shelves import services as shelves
from portal.content.watching.models import ITEM, Follow
from portal.platform.items import Item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from portal.features.documents.models import Document


def move_over(session: Session, source: Document, target: Document) -> dict[str, Any]:
    """Let what hangs on the one hang on the other; the keys of what went over, for the way back."""
    images = update(StoredImage).where(StoredImage.item_id == source.id).values(item_id=target.id)
    if target.is_question and target.accepted_id is None:
        target.accepted_id = source.accepted_id
    return {
        "held": _rehang(session, None, source, target),
        "images": sorted(session.scalars(images.returning(StoredImage.id))),
        "shelves": shelves.hand_over(session, source.id, target.id),
        "followers": _follow(session, None, source.id, target.id),
    }


def move_back(session: Session, source: Document, target: Document, data: dict[str, Any]) -> None:
    """Undo `move_over` for what it named, as far as it still hangs there."""
    if target.accepted_id in data["held"]:
        target.accepted_id = None
    _rehang(session, data["held"], target, source)
    images = update(StoredImage).where(StoredImage.id.in_(data["images"]), StoredImage.item_id == target.id)
    session.execute(images.values(item_id=source.id))
    shelves.give_back(session, source.id, target.id, data["shelves"])
    _follow(session, data["followers"], target.id, source.id)


def _rehang(session: Session, wanted: Sequence[int] | None, source: Document, target: Document) -> list[int]:
    """Move replies and attachments, all or the wanted ones; their keys. Their readers are those of what holds them."""
    standing = select(Item).where(Item.holder_id == source.id)
    held = session.scalars(standing if wanted is None else standing.where(Item.id.in_(wanted))).all()
    for item in held:
        item.holder_id, item.space_id = target.id, target.space_id
    session.flush()
    return [item.id for item in held]


def _follow(session: Session, wanted: Sequence[int] | None, source_id: int, target_id: int) -> list[int]:
    """Let those who follow the one follow the other, unless they have a row about it already; the rows that moved."""
    have = select(Follow.user_id).where(Follow.sort == ITEM, Follow.target == str(target_id))
    going = Follow.sort == ITEM, Follow.target == str(source_id), Follow.user_id.not_in(have)
    moving = update(Follow).where(*going).values(target=str(target_id))
    if wanted is not None:
        moving = moving.where(Follow.id.in_(wanted))
    return sorted(session.scalars(moving.returning(Follow.id)))
