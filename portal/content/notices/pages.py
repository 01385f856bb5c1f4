"""What the templates of the inbox are given."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from portal.content.notices import events, queries, sentences
from portal.content.presenting import here, neighbours
from portal.web.addresses import local_path
from portal.web.context import item_url
from portal.web.database import session
from portal.web.identity import actor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portal.content.notices.queries import Heard

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """A notice on a page; opening and marking are requests of their own, so that reading a page changes nothing."""

    id: int
    icon: str
    text: str
    reason: str
    at: dt.datetime
    is_new: bool
    open_url: str
    mark_url: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What was told of one thing on one day."""

    title: str
    notices: list[ShownNotice]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the inbox."""

    name: str
    subjects: list[Subject]


def inbox() -> dict[str, Any]:
    """The inbox as the request narrows it."""
    group = request.args.get("group", "")
    is_all, names = request.args.get("show") == "all", queries.events_of(group)
    page = queries.inbox(session(), actor(), names, request.args.get("cursor"), unread=not is_all)
    return {
        "days": list(_days(page.rows)),
        "page": neighbours(page),
        "tabs": _tabs(is_all=is_all),
        "groups": _groups(group),
        "is_all": is_all,
        "group": group,
        "has_new": any(row.read_at is None for row in page.rows),
        "newest": max((row.id for row in page.rows), default=0),
    }


def _tabs(*, is_all: bool) -> list[tuple[str, str, bool, str | None]]:
    number = queries.count_new(session(), actor())
    count = f"{queries.MOST_COUNTED - 1}+" if number >= queries.MOST_COUNTED else str(number)
    return [
        (_("Unread"), here(show=None, cursor=None), not is_all, count),
        (_("All"), here(show="all", cursor=None), is_all, None),
    ]


def _groups(chosen: str) -> list[tuple[str, str, bool]]:
    every = [(_("Everything"), here(group=None, cursor=None), not chosen)]
    return every + [
        (str(group.label), here(group=group.name, cursor=None), group.name == chosen)
        for group in events.groups()
    ]


def _days(rows: Sequence[Heard]) -> Iterator[Day]:
    for day, told in itertools.groupby(rows, lambda row: row.at.astimezone(actor().zone).date()):
        yield Day(_day_name(day), _subjects(list(told)))


def _subjects(told: list[Heard]) -> list[Subject]:
    """The notices of a day by what they are about, in the order of the newest of each."""
    found: dict[object, list[Heard]] = {}
    for row in told:
        found.setdefault(row.subject_id or f"alone {row.id}", []).append(row)
    return [Subject(rows[0].title, [_shown(row) for row in rows]) for rows in found.values()]


def _day_name(day: dt.date) -> str:
    known = {actor().today: _("Today"), actor().today - DAY: _("Yesterday")}
    return known.get(day) or str(format_date(day, "full"))


def _shown(row: Heard) -> ShownNotice:
    is_new = row.read_at is None
    mark = "inbox.mark" if is_new else "inbox.unmark"
    return ShownNotice(
        id=row.id,
        icon=sentences.icon(row),
        text=sentences.sentence(row),
        reason=sentences.reason(row),
        at=row.at,
        is_new=is_new,
        open_url=url_for("inbox.open_notice", notice_id=row.id),
        mark_url=url_for(mark, notice_id=row.id),
    )


def target(row: Heard) -> str:
    """Where a notice leads: its own address, else the item's page, else back to the inbox."""
    own = local_path(row.path)
    if own:
        return own
    return item_url(row.kind, row.item_id) if row.item_id and row.kind else url_for("inbox.index")
