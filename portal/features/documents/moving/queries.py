"""Whom a change of place would reach: the access rule read backwards for an audience that is not stored yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.content.reach import people_who_read
from portal.content.spaces.models import SpaceEditor, SpaceReader
from portal.people.queries import bearers
from portal.platform.items import DRAFT

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.features.documents.models import Document


@dataclass(frozen=True, slots=True)
class Effect:
    """How many people stop reading a document, and how many begin to."""

    losing: int
    gaining: int


def effect_of_move(session: Session, document: Document, space_id: int) -> Effect:
    """What moving a document does to those who read it. Chosen readers and drafts stay as they are."""
    if document.grants or document.state == DRAFT:
        return Effect(0, 0)
    before = people_who_read(session, document)
    after = readers_of_space(session, space_id) | {document.author_id} & before
    return Effect(len(before - after), len(after - before))


def readers_of_space(session: Session, space_id: int) -> set[int]:
    """Keys of the active people who read what is published in a space."""
    readers = select(SpaceReader.token).where(SpaceReader.space_id == space_id)
    editors = select(SpaceEditor.user_id).where(SpaceEditor.space_id == space_id)
    tokens = {*session.scalars(readers), *(f"user:{key}" for key in session.scalars(editors))}
    return set(session.scalars(bearers(sorted(tokens))))
