"""Entries and requests with fixed values for the tests of search."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from portal.platform.search.engine import Entry, Found, Put, Request, Sort
from portal.platform.search.syntax import parse

if TYPE_CHECKING:
    from portal.platform.search.engines.whoosh import WhooshEngine

EVERYONE = frozenset({"all"})


def entry(
    item_id: int,
    title: str = "标题",
    body: str = "",
    *,
    kind: str = "document",
    state: str = "published",
    tags: tuple[str, ...] = (),
    author: str = "",
    author_name: str = "",
    space: str = "",
    region: str = "",
    tokens: tuple[str, ...] = ("all",),
    date: datetime | None = None,
    names: str = "",
    flags: tuple[str, ...] = (),
    version: int = 0,
) -> Entry:
    return Entry(
        item_id, kind, state, title, body, tags, author, author_name, space, region, tokens, date, names, flags,
        version=version,
    )  # fmt: skip


def day(year: int, month: int = 1, date: int = 1) -> datetime:
    return datetime(year, month, date, tzinfo=UTC)


def put(engine: WhooshEngine, *entries: Entry) -> None:
    engine.apply([Put(one) for one in entries], engine.cursor() + 1)


def ask(
    engine: WhooshEngine,
    text: str,
    tokens: frozenset[str] = EVERYONE,
    *,
    blocked: frozenset[int] = frozenset(),
    sort: Sort = "relevance",
    offset: int = 0,
    limit: int = 50,
) -> Found:
    return engine.search(Request(parse(text), tokens, blocked, sort=sort, offset=offset, limit=limit))


def ids(found: Found) -> list[int]:
    return [hit.item_id for hit in found.hits]
