"""What was filled into the fields of a template in one version, as text for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.content.templates import values
from portal.content.templates.fillings import FILLED, definition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session


def told(session: Session, data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The fields of a version in the order of its template, each with its label and its value; empty ones are left out."""
    wanted = data.get(FILLED)
    asked = definition(session, wanted["template"], wanted["version"]) if wanted else None
    if not wanted or not asked:
        return []
    found = [(field, wanted["values"].get(field.key)) for field in asked.fields]
    return [(field.label, values.text(field, value)) for field, value in found if value not in (None, "", [])]
