"""What has been made by a template, as a table: filtered and sorted by its fields, under the reader's own rights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, func, select
from sqlalchemy.orm import aliased

from portal.content.records import Revision
from portal.content.spaces.models import Space
from portal.content.templates import fillings, values
from portal.content.templates.fields import (
    CHOICE,
    COMPETITOR,
    CUSTOMER,
    DATE,
    MONEY,
    NUMBER,
    PERSON,
    Field,
)
from portal.content.templates.models import FieldValue, Filling
from portal.content.templates.values import People, Unfit
from portal.kernel.paging import Page, paginate
from portal.people.models import User
from portal.platform.access import columns
from portal.platform.items import PUBLISHED, Item

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from portal.content.templates.fillings import Definition
    from portal.kernel.actor import Actor

BY_NAME = (CHOICE, CUSTOMER, COMPETITOR, PERSON)
BY_RANGE = (DATE, NUMBER, MONEY)
PUBLISHED_SORT = "published"
PER_PAGE, MOST_EXPORTED, MOST_COLUMNS = 30, 20_000, 6
Sorting = aliased(FieldValue, name="sorting")


@dataclass(frozen=True, slots=True)
class Record:
    """One row: the item, and its fields as text by their keys."""

    id: int
    kind: str
    title: str
    author: str
    username: str
    space: str
    published_at: dt.datetime | None
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a list is narrowed and sorted by.

    Args:
        typed: what was typed, by `<key>`, `<key>.from` and `<key>.to`.
        space_id: only items of this space.
        sort: key of a field, or `published`.
        ascending: the least first.
    """

    typed: Mapping[str, str]
    space_id: int | None = None
    sort: str = PUBLISHED_SORT
    ascending: bool = False


def filterable(definition: Definition) -> list[tuple[str, Field]]:
    """The fields by which one narrows, columns of tables among them, with the keys of their values."""
    found = [(field.key, field) for field in definition.fields if field.type in BY_NAME + BY_RANGE]
    for table in definition.fields:
        names = [column for column in table.columns if column.type in BY_NAME]
        found += [(f"{table.key}.{column.key}", column) for column in names]
    return found


def shown_columns(definition: Definition) -> list[Field]:
    """The fields that are a column of the page: the short ones, the first few."""
    return [field for field in definition.fields if field.type in BY_NAME + BY_RANGE][:MOST_COLUMNS]


def page(
    session: Session, actor: Actor, definition: Definition, wanted: Narrowing, cursor: str | None
) -> tuple[Page[Record], list[str]]:
    """A page of rows, and a sentence for each filter that could not be understood."""
    conditions, problems = _conditions(definition, wanted)
    keys = _keys(definition, wanted)
    statement = _rows(actor, definition, wanted, keys).where(*conditions)
    found = paginate(session, statement, keys, cursor, PER_PAGE, ascending=wanted.ascending)
    return Page(_records(session, definition, found.rows), found.next, found.previous), problems


def every(session: Session, actor: Actor, definition: Definition, wanted: Narrowing) -> list[Record]:
    """All rows in order, for a file."""
    conditions, _problems = _conditions(definition, wanted)
    keys = _keys(definition, wanted)
    order = [key.asc() if wanted.ascending else key.desc() for key in keys]
    statement = _rows(actor, definition, wanted, keys).where(*conditions).order_by(*order)
    return _records(session, definition, session.execute(statement.limit(MOST_EXPORTED)).all())


def _keys(definition: Definition, wanted: Narrowing) -> list[Any]:
    if wanted.sort in {field.key for field in shown_columns(definition)}:
        return [func.coalesce(Sorting.sort, "", type_=String), Item.id]
    return [Item.published_at, Item.id]


def _rows(actor: Actor, definition: Definition, wanted: Narrowing, keys: Sequence[Any]) -> Select[Any]:
    statement = (
        columns(
            actor,
            Item.id,
            Item.kind,
            Item.title,
            User.name,
            User.username,
            func.coalesce(_space_name(actor), ""),
            Item.published_at,
            Filling.values,
            Filling.template_version,
            *keys,
        )
        .join(Filling, Filling.item_id == Item.id)
        .join(User, User.id == Item.author_id)
        .outerjoin(Space, Space.id == Item.space_id)
        .where(Filling.template_id == definition.template_id, Item.state == PUBLISHED)
    )
    if wanted.space_id is not None:
        statement = statement.where(Item.space_id == wanted.space_id)
    if keys[0] is Item.published_at:
        return statement
    first = and_(Sorting.item_id == Item.id, Sorting.key == wanted.sort, Sorting.position == 0)
    return statement.outerjoin(Sorting, first)


def _space_name(actor: Actor) -> ColumnElement[str]:
    """The name of the space in the reader's language, as `Space.label` has it."""
    english = func.coalesce(func.nullif(Space.name_en, ""), Space.name)
    return english if actor.locale == "en" else Space.name.expression


def _conditions(definition: Definition, wanted: Narrowing) -> tuple[list[ColumnElement[bool]], list[str]]:
    found: list[ColumnElement[bool]] = []
    problems: list[str] = []
    for key, field in filterable(definition):
        try:
            tests = list(_tests(key, field, wanted.typed))
        except Unfit as unfit:
            problems.append(f"{field.label}: {unfit}")
            continue
        if tests:
            having = select(FieldValue.item_id).where(
                FieldValue.item_id == Item.id, FieldValue.key == key, *tests
            )
            found.append(having.exists())
    return found, problems


def _tests(key: str, field: Field, typed: Mapping[str, str]) -> Iterator[ColumnElement[bool]]:
    if field.type in BY_NAME:
        name = values.fold(values.IN_BRACKETS.sub("", typed.get(key, "")) if field.type == PERSON else typed.get(key, ""))  # fmt: skip
        if name:
            exact = field.type == CHOICE
            yield FieldValue.folded == name if exact else FieldValue.folded.contains(name, autoescape=True)
        return
    column: Any = FieldValue.day if field.type == DATE else FieldValue.number
    least, most = (_bound(field, typed.get(f"{key}.{end}", "")) for end in ("from", "to"))
    if least is not None:
        yield column >= least
    if most is not None:
        yield column <= most


def _bound(field: Field, text: str) -> Any:  # noqa: ANN401 - a date or a figure
    value = values.parse(field, text, People())
    if value is None:
        return None
    figure = values.number(field, value)
    return values.day(field, value) if figure is None else float(figure)


def _records(session: Session, definition: Definition, rows: Sequence[Any]) -> list[Record]:
    """Rows with their fields as text, each read by the version of the template that it was made from."""
    known = _versions(session, definition, {row[8] for row in rows})
    return [
        Record(row[0], row[1], row[2], row[3], row[4], row[5], row[6], _texts(known[row[8]], row[7]))
        for row in rows
    ]


def _texts(asked: Sequence[Field], stored: Mapping[str, Any]) -> dict[str, str]:
    return {field.key: values.text(field, stored.get(field.key)) for field in asked}


def _versions(session: Session, definition: Definition, wanted: set[int]) -> dict[int, tuple[Field, ...]]:
    found = select(Revision.version, Revision.data).where(
        Revision.item_id == definition.template_id, Revision.version.in_(wanted)
    )
    return {
        version: fillings.read_definition(definition.template_id, version, data[fillings.DEFINITION]).fields
        for version, data in session.execute(found)
    }
