"""Keyset paging: a page is found by the last row of the one before, so that page 500 costs what page 1 does."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import Date, Integer, Select, String, tuple_

from portal.kernel.typed import storable

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute, Session

Row = TypeVar("Row")
MAX_FIGURE = 2**31 - 1  # of an integer column


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page with the cursors of its neighbours (None where there is none)."""

    rows: Sequence[Row]
    next: str | None = None
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows.

    Args:
        values: the sort values of the row beside it.
        backwards: whether the page wanted lies before it.
    """

    values: tuple[Any, ...]
    backwards: bool = False

    def encode(self) -> str:
        """Text for a link."""
        plain = [_plain(value) for value in self.values]
        data = json.dumps([int(self.backwards), plain], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str | None) -> Cursor | None:
        """Read a link's text back; None when there is none or somebody has played with it."""
        if not text:
            return None
        try:
            backwards, plain = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            return cls(tuple(_value(tag, value) for tag, value in plain), bool(backwards))
        except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError):
            return None


def _plain(value: Any) -> list[Any]:  # noqa: ANN401 - a sort value of any column
    if isinstance(value, dt.date):
        return ["t" if isinstance(value, dt.datetime) else "d", value.isoformat()]
    return ["v", value]


def _value(tag: str, value: Any) -> Any:  # noqa: ANN401 - a sort value of any column
    if tag == "t":
        return dt.datetime.fromisoformat(value).astimezone(dt.UTC)
    if tag == "d":
        return dt.date.fromisoformat(value)
    if not isinstance(value, str | int | float):
        raise TypeError("not a sort value")
    return value


def place_in(keys: Sequence[InstrumentedAttribute[Any]], text: str | None) -> Cursor | None:
    """The place that a cursor names in a list sorted by `keys`; None when it is no cursor or is one of another list.

    Databases differ in what they make of a value that does not fit its column, so none is ever asked.
    """
    place = Cursor.decode(text)
    if place is None or len(place.values) != len(keys) or not all(map(_fits, place.values, keys)):
        return None
    return place


def _fits(value: object, key: InstrumentedAttribute[Any]) -> bool:
    if isinstance(key.type, Integer):
        return type(value) is int and abs(value) <= MAX_FIGURE
    if isinstance(key.type, String):
        return isinstance(value, str) and storable(value) == value
    if isinstance(key.type, Date):
        return type(value) is dt.date
    return isinstance(value, dt.datetime)


def paginate(
    session: Session,
    statement: Select[Any],
    keys: Sequence[InstrumentedAttribute[Any]],
    cursor: str | None,
    limit: int = 20,
    *,
    ascending: bool = False,
) -> Page[Any]:
    """One page of a statement, newest or greatest first unless told otherwise.

    Args:
        session: open session.
        statement: what to page through, without order; its rows must end with the columns of `keys`,
            in that order.
        keys: the columns to sort by; the last one must be unique.
        cursor: text made by an earlier page; None, or a text that does not belong here, for the first page.
        limit: rows on a page.
        ascending: oldest or smallest first.
    """
    place = place_in(keys, cursor)
    backwards = bool(place and place.backwards)
    upwards = backwards != ascending
    if place:
        row = tuple_(*keys)
        statement = statement.where(row > place.values if upwards else row < place.values)
    order = [key.asc() if upwards else key.desc() for key in keys]
    rows = list(session.execute(statement.order_by(*order).limit(limit + 1)))
    more, rows = len(rows) > limit, rows[:limit]
    if backwards:
        rows.reverse()
    return _page(
        rows, len(keys), has_next=more or backwards, has_previous=more if backwards else place is not None
    )


def _page(rows: Sequence[Any], width: int, *, has_next: bool, has_previous: bool) -> Page[Any]:
    if not rows:
        return Page(rows)
    following = Cursor(tuple(rows[-1][-width:])).encode() if has_next else None
    preceding = Cursor(tuple(rows[0][-width:]), backwards=True).encode() if has_previous else None
    return Page(rows, following, preceding)
