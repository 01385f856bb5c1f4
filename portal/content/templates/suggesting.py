"""What a form suggests: names that stand in what one may read, and the people whom a field may name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portal.content.templates.fields import PERSON
from portal.content.templates.models import FieldValue
from portal.content.templates.values import People, Someone
from portal.people.models import User
from portal.platform.access import columns
from portal.platform.items import Item

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.templates.fillings import Definition
    from portal.kernel.actor import Actor

MOST_SUGGESTED = 300


def suggestions(session: Session, actor: Actor, wanted: str) -> list[str]:
    """Names of customers or competitors that stand in items the actor may read, the most frequent first."""
    found = (
        columns(actor, func.min(FieldValue.text))
        .join(FieldValue, FieldValue.item_id == Item.id)
        .where(FieldValue.type == wanted)
        .group_by(FieldValue.folded)
        .order_by(func.count().desc(), func.min(FieldValue.text))
    )
    return list(session.scalars(found.limit(MOST_SUGGESTED)))


def people(session: Session) -> tuple[People, list[str]]:
    """Whom a field may name, and those who are here now as one writes them."""
    rows = session.execute(
        select(User.id, User.username, User.name, User.is_active).order_by(User.sort_key, User.id)
    ).all()
    everyone = [(Someone(row.id, row.username, row.name), row.is_active) for row in rows]
    active = [person.written for person, is_active in everyone if is_active]
    return People([person for person, _active in everyone]), active


def names_people(definition: Definition) -> bool:
    """Whether one of its fields or columns names a person."""
    return any(
        PERSON in {field.type, *(column.type for column in field.columns)} for field in definition.fields
    )
