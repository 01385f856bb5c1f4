"""Cursors: they lead through a list once, and whatever somebody makes of one leads to its first page."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from portal.kernel.paging import Cursor, Page, paginate, place_in
from portal.platform.items import Item
from tests import builders

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.factory import Portal

NEWEST = (Item.published_at, Item.id)
MOST_READ = (Item.read_count, Item.id)
BY_TITLE = (Item.title, Item.id)
ORDERS: tuple[Any, ...] = (NEWEST, MOST_READ, BY_TITLE)
NUMBER = 11


@pytest.fixture
def listed(any_portal: Portal, session: Session) -> Session:
    """Eleven documents of the same moment; every third has been read."""
    del any_portal
    author, space = builders.person(session), builders.space(session)
    for place in range(NUMBER):
        builders.document(session, author, space, f"文档 {place:02}").read_count = place % 3
    session.commit()
    return session


def page(session: Session, keys: Any, cursor: str | None, limit: int = 4) -> Page[Any]:  # noqa: ANN401 - columns
    documents: Any = select(Item.id, *keys).where(Item.kind == "document")
    return paginate(session, documents, keys, cursor, limit)


def forged(*values: object, backwards: int = 0) -> str:
    """A cursor as somebody would make one by hand."""
    data = json.dumps([backwards, values]).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def walk(session: Session, keys: Any) -> list[list[int]]:  # noqa: ANN401 - columns
    """The rows of every page, following the links forwards."""
    found, cursor = [], None
    while True:
        shown = page(session, keys, cursor)
        found.append([row[0] for row in shown.rows])
        cursor = shown.next
        if cursor is None:
            return found


def test_following_the_links_meets_each_row_once(listed: Session) -> None:
    for keys in ORDERS:
        ids = [row for rows in walk(listed, keys) for row in rows]
        assert len(ids) == len(set(ids)) == NUMBER
        in_order = select(Item.id).where(Item.kind == "document").order_by(*(key.desc() for key in keys))
        assert ids == list(listed.scalars(in_order))


def test_the_way_back_shows_the_same_pages(listed: Session) -> None:
    for keys in ORDERS:
        first = page(listed, keys, None)
        second = page(listed, keys, first.next)
        third = page(listed, keys, second.next)
        assert third.next is None
        again = page(listed, keys, third.previous)
        assert list(again.rows) == list(second.rows)
        start = page(listed, keys, again.previous)
        assert (list(start.rows), start.previous) == (list(first.rows), None)


def test_a_page_as_long_as_the_list_has_no_neighbours(listed: Session) -> None:
    whole = page(listed, NEWEST, None, NUMBER)
    assert (len(whole.rows), whole.next, whole.previous) == (NUMBER, None, None)


def test_a_list_without_rows_has_no_neighbours(listed: Session) -> None:
    empty = page(listed, NEWEST, Cursor((builders.NOW.replace(year=2000), 1)).encode())
    assert (list(empty.rows), empty.next, empty.previous) == ([], None, None)


def test_a_row_that_came_meanwhile_shifts_nothing(listed: Session) -> None:
    first = page(listed, NEWEST, None)
    expected = page(listed, NEWEST, first.next).rows
    author, space = builders.actor_of(listed, "liming"), builders.space_of(listed, "handbook")
    person = builders.person(listed, "wangfang", "王芳")
    assert author
    builders.document(listed, person, space, "刚刚发布")
    assert page(listed, NEWEST, first.next).rows == expected


TAMPERED = {
    "numbers where there is a date": (NEWEST, forged(["v", 1], ["v", 1])),
    "a date where there is a number": (MOST_READ, forged(["t", "2026-01-01T00:00:00+00:00"], ["v", 1])),
    "a text where there is a number": (MOST_READ, forged(["v", "1"], ["v", "1"])),
    "a number where there is a text": (BY_TITLE, forged(["v", 1], ["v", 1])),
    "a fraction": (MOST_READ, forged(["v", 1.5], ["v", 1])),
    "yes and no": (MOST_READ, forged(["v", True], ["v", False])),
    "no number": (MOST_READ, forged(["v", float("nan")], ["v", 1])),
    "more than a column holds": (MOST_READ, forged(["v", 2**31], ["v", 1])),
    "more than a driver takes": (MOST_READ, forged(["v", 10**30], ["v", -(10**30)])),
    "more than a computer counts": (MOST_READ, forged(["v", 10**400], ["v", 1])),
    "a date beyond all dates": (NEWEST, forged(["t", "9999-12-31T23:59:59-14:00"], ["v", 1])),
    "a text that no database holds": (BY_TITLE, forged(["v", "a\x00b"], ["v", 1])),
    "half a character": (BY_TITLE, forged(["v", "\ud800"], ["v", 1])),
    "nothing": (MOST_READ, forged(["v", None], ["v", 1])),
    "too few values": (NEWEST, forged(["v", 1])),
    "too many values": (MOST_READ, forged(["v", 1], ["v", 1], ["v", 1])),
    "no values": (MOST_READ, forged()),
    "another shape": (MOST_READ, forged({"a": 1}, [["v", 1]])),
    "no cursor": (MOST_READ, "nonsense"),
    "Chinese": (MOST_READ, "下一页"),
    "deep nesting": (MOST_READ, base64.urlsafe_b64encode(b"[" * 20_000).decode()),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_cursor_that_was_played_with_is_none(what: str) -> None:
    assert place_in(*TAMPERED[what]) is None


@pytest.mark.databases
def test_a_cursor_that_was_played_with_gives_the_first_page(session: Session) -> None:
    author, space = builders.person(session), builders.space(session)
    made = builders.document(session, author, space)
    shown = {what: [row[0] for row in page(session, *where).rows] for what, where in TAMPERED.items()}
    assert [what for what, ids in shown.items() if ids != [made.id]] == []


def test_a_cursor_of_another_order_gives_the_first_page(listed: Session) -> None:
    foreign = page(listed, MOST_READ, None).next
    assert page(listed, NEWEST, foreign) == page(listed, NEWEST, None)


def test_a_cursor_keeps_moments_and_texts() -> None:
    moment = dt.datetime(2026, 3, 5, 7, 8, 9, 123456, tzinfo=dt.UTC)
    place = Cursor((moment, "白炭黑", 7), backwards=True)
    assert Cursor.decode(place.encode()) == place
    assert Cursor.decode("") is Cursor.decode(None) is None
