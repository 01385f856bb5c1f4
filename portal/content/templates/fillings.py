"""What has been filled into an item, kept with each of its versions and spread into rows for filters.

`writing.py` calls `keep` with every save of every item: what has been filled in goes from the manuscript's `data` into the
revision and into the rows, and what a manuscript says nothing about stays as it is. So whoever saves an item, by whatever way,
neither loses its fields nor leaves them out of its history.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from portal.content.records import Revision
from portal.content.templates import fields as definitions
from portal.content.templates import values
from portal.content.templates.fields import PERSON, TABLE, Field
from portal.content.templates.models import FOLDED_LENGTH, FieldValue, Filling
from portal.kernel.collation import pinyin_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Session


FILLED = "filled"
DEFINITION = "template"
SHIFT, SCALE, WIDTH = 10**15, 10**4, 20


@dataclass(frozen=True, slots=True)
class Definition:
    """What one version of a template asks.

    Args:
        template_id: key of the template.
        version: its version.
        pattern: of titles.
        document_type: the word for `{type}`.
        fields: in order.
    """

    template_id: int
    version: int
    pattern: str
    document_type: str
    fields: tuple[Field, ...]


def definition(session: Session, template_id: int, version: int) -> Definition | None:
    """A version of a template, as its revision keeps it; None when there is no such version."""
    found = select(Revision.data).where(Revision.item_id == template_id, Revision.version == version)
    data = (session.scalar(found) or {}).get(DEFINITION)
    return read_definition(template_id, version, data) if data else None


def read_definition(template_id: int, version: int, data: Mapping[str, Any]) -> Definition:
    """A definition out of a revision."""
    asked = definitions.read_all(data["fields"])
    return Definition(template_id, version, data["pattern"], data["document_type"], asked)


def keep(session: Session, item_id: int, data: Mapping[str, Any]) -> dict[str, Any]:
    """Store what a manuscript says of an item's fields.

    Args:
        session: open session.
        item_id: the item.
        data: the manuscript's; without `filled` nothing changes, and None there takes the fields away.

    Returns:
        What the revision is to keep.
    """
    stored = session.scalar(select(Filling).where(Filling.item_id == item_id))
    if FILLED not in data:
        return {**data, **({FILLED: as_data(stored)} if stored else {})}
    wanted = data[FILLED]
    if wanted is None:
        _forget(session, item_id)
        return {name: value for name, value in data.items() if name != FILLED}
    filling = stored or Filling(item_id=item_id)
    filling.template_id, filling.template_version = wanted["template"], wanted["version"]
    filling.values, filling.former = wanted["values"], wanted.get("former", [])
    session.add(filling)
    session.flush()
    _spread(session, filling)
    return dict(data)


def as_data(filling: Filling) -> dict[str, Any]:
    """A filling as the data of a manuscript or a revision."""
    return {
        "template": filling.template_id,
        "version": filling.template_version,
        "values": filling.values,
        "former": filling.former,
    }


def _forget(session: Session, item_id: int) -> None:
    session.execute(delete(FieldValue).where(FieldValue.item_id == item_id))
    session.execute(delete(Filling).where(Filling.item_id == item_id))


def _spread(session: Session, filling: Filling) -> None:
    session.execute(delete(FieldValue).where(FieldValue.item_id == filling.item_id))
    asked = definition(session, filling.template_id, filling.template_version)
    found = (
        [row for field in asked.fields for row in rows(field, filling.values.get(field.key))] if asked else []
    )
    if found:
        session.execute(insert(FieldValue), [{"item_id": filling.item_id, **row} for row in found])


def rows(field: Field, value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - a JSON value
    """A value as rows of `field_values`."""
    if value is None:
        return
    if field.type != TABLE:
        yield _row(field, field.key, 0, value)
        return
    for place, line in enumerate(value):
        for column in field.columns:
            if column.key in line:
                yield _row(column, f"{field.key}.{column.key}", place, line[column.key])


def _row(field: Field, key: str, place: int, value: Any) -> dict[str, Any]:  # noqa: ANN401 - a JSON value
    text, number, day = values.text(field, value), values.number(field, value), values.day(field, value)
    return {
        "key": key,
        "type": field.type,
        "position": place,
        "text": text,
        "folded": values.fold(text),
        "number": None if number is None else float(number),
        "day": day,
        "ref": value["id"] if field.type == PERSON else None,
        "sort": _sort_key(text, number, day),
    }


def _sort_key(text: str, number: Any, day: Any) -> str:  # noqa: ANN401 - a figure, a date, or none
    """Plain text in the order of what it stands for, as every database sorts it."""
    if number is not None:
        return f"{int((number + SHIFT) * SCALE):0{WIDTH}d}"
    return day.strftime("%Y%m%d") if day else pinyin_key(text[:80])[:FOLDED_LENGTH]
