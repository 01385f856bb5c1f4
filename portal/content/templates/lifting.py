"""Bringing what was filled in from one version of a template to a newer one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.content.templates import values
from portal.content.templates.fields import Field
from portal.content.templates.values import Unfit

if TYPE_CHECKING:
    from portal.content.templates.fillings import Definition
    from portal.content.templates.values import People


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of an item's fields.

    Args:
        typed: what the newer form begins with.
        kept: fields that go over, as label and text.
        added: fields that the newer version asks for and nobody has filled in yet.
        dropped: values that have no field any more, as label and text.
    """

    typed: Mapping[str, Any]
    kept: Sequence[tuple[str, str]]
    added: Sequence[Field]
    dropped: Sequence[tuple[str, str]]


def plan(older: Definition, newer: Definition, stored: Mapping[str, Any], people: People) -> Plan:
    """Say what becomes of each value; one goes over when the newer field of the same key takes what it says."""
    asked = {field.key: field for field in newer.fields}
    typed: dict[str, Any] = {}
    kept, dropped = [], []
    for field in older.fields:
        if field.key not in stored:
            continue
        said = (field.label, values.text(field, stored[field.key]))
        newest = asked.get(field.key)
        going = _over(field, newest, stored[field.key], people) if newest else None
        if going is None:
            dropped.append(said)
        else:
            typed[field.key] = going
            kept.append((newest.label if newest else field.label, said[1]))
    known = {field.key for field in older.fields}
    added = [field for field in newer.fields if field.key not in known]
    return Plan(typed, kept, added, dropped)


def _over(older: Field, newer: Field, value: Any, people: People) -> Any:  # noqa: ANN401 - JSON in, what is typed out
    """A value as the newer form shows it; None when that field does not take it, or would lose part of it."""
    if (older.type == "table") != (newer.type == "table"):
        return None
    if older.type == "table" and not {c.key for c in older.columns} <= {c.key for c in newer.columns}:
        return None
    said = values.typed(older, value)
    try:
        return said if values.parse(newer, said, people) is not None else None
    except Unfit:
        return None
