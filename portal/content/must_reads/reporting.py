"""What the pages of progress are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request, url_for
from flask_babel import gettext as _

from portal.content import audiences
from portal.content.must_reads import policy, progress, queries
from portal.content.must_reads.presenting import SHOWN_PEOPLE, facts
from portal.content.presenting import here
from portal.web.context import item_url, person_url
from portal.web.database import session
from portal.web.identity import actor

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from portal.content.must_reads.models import MustRead
    from portal.content.must_reads.progress import Progress, Row
    from portal.platform.items import Item


def progress_page(must_read: MustRead, item: Item, found: Progress) -> dict[str, Any]:
    """How far everybody is whom the reader sees."""
    department_id = request.args.get("department", type=int)
    state = request.args.get("state")
    chosen = state if state in progress.STATES else None
    rows = found.below(department_id, chosen)
    standing = queries.standing(session(), actor(), must_read, item)
    bars = progress.bars(session(), found)
    here_bar = next((bar for bar in bars if bar.id == department_id), None)
    overdue = must_read.due < actor().today
    return {
        "document": {"title": item.title, "url": item_url(item.kind, item.id)},
        "must_read": facts(must_read, standing.demander),
        "audience": audiences.label(session(), must_read.tokens),
        "progress": found,
        "missing": found.asked - found.signed,
        "bars": [
            {"bar": bar, "url": here(department=bar.id, state=state), "is_here": bar is here_bar}
            for bar in bars
        ],
        "chosen": here_bar,
        "everybody_url": here(department=None),
        "rows": [_person(row, overdue=overdue) for row in rows[:SHOWN_PEOPLE]],
        "more": max(0, len(rows) - SHOWN_PEOPLE),
        "states": _states(found, department_id, chosen),
        "may_manage": policy.may_manage(actor(), item, must_read),
        "export_url": url_for("must_reads.export", must_read_id=must_read.id),
        "reminder_url": url_for("must_reads.remind", must_read_id=must_read.id),
    }


def _states(
    found: Progress, department_id: int | None, chosen: str | None
) -> list[tuple[str, str, bool, int]]:
    all_ = len(found.below(department_id))
    entries = [(_("All"), here(state=None), chosen is None, all_)]
    for key, label in progress.STATES.items():
        count = len(found.below(department_id, key))
        entries.append((str(label), here(state=key), chosen == key, count))
    return entries


def _person(row: Row, *, overdue: bool) -> dict[str, Any]:
    return {
        "id": row.person.id,
        "name": row.person.name,
        "url": person_url(row.person.username),
        "department": row.person.department,
        "state": row.state,
        "label": str(progress.STATES[row.state]),
        "version": row.version,
        "at": row.at,
        "is_overdue": overdue and row.state != progress.SIGNED,
    }


def table(found: Progress, zone: ZoneInfo) -> tuple[list[str], list[list[object]]]:
    """The same as a table: head and rows."""
    head = [
        _("Name"),
        _("Sign-in name"),
        _("Department"),
        _("Post"),
        _("State"),
        _("Version"),
        _("Signed at"),
    ]
    rows: list[list[object]] = [
        [
            row.person.name,
            row.person.username,
            row.person.department,
            row.person.post,
            str(progress.STATES[row.state]),
            row.version or "",
            row.at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if row.at else "",
        ]
        for row in found.rows
    ]
    return head, rows
