"""What templates of verification are given."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext as _

from portal.content.presenting import here, neighbours, shown
from portal.content.reach import people_who_read
from portal.content.spaces.queries import readable_spaces
from portal.content.verification import policy, queries, spreading, trust, weeks
from portal.content.verification.models import AUTHOR, Verification
from portal.kernel.messages import _l
from portal.people import queries as people
from portal.web.context import item_url, person_url, settings, space_url
from portal.web.database import session
from portal.web.i18n import day_text, locale
from portal.web.identity import actor

if TYPE_CHECKING:
    from collections import Counter

    from portal.content.spaces.models import Space
    from portal.content.verification.queries import BoardRow, Named, Piece, Wanted
    from portal.platform.items import Item

TABS = {
    queries.MINE: _l("Mine to verify"),
    queries.SPACES: _l("My spaces"),
    queries.MOST_READ: _l("Most read, not verified"),
    queries.EXPIRED: _l("Expired"),
    queries.DOUBTED: _l("Doubted"),
    queries.LEFT: _l("Without a keeper"),
}
INTERVALS = {
    30: _l("30 days"),
    90: _l("90 days"),
    180: _l("Half a year"),
    365: _l("A year"),
    730: _l("Two years"),
}
EDITORS = "editors"


def intervals() -> list[tuple[str, str]]:
    """The intervals that one may choose."""
    return [(str(days), str(label)) for days, label in INTERVALS.items()]


def piece(item: Item) -> dict[str, Any]:
    """What the page of an item shows of its verification; nothing for what is not verified at all."""
    if not policy.is_verifiable(item):
        return {}
    found = queries.piece(session(), item)
    row = found.row if found else Verification(item_id=item.id, turn=0, doubt="", note="")
    return {
        "state": _state(row),
        "row": row,
        "version": item.version,
        "keeper": _person(found.keeper) if found else None,
        "keeps": bool(found and found.keeps),
        "has_editor": bool(found and found.has_editor),
        "verifier": _person(found.verifier) if found else None,
        "doubter": _person(found.doubter) if found else None,
        "may": {
            "verify": policy.may_verify(actor(), item, row.keeper_id),
            "plan": policy.may_plan(actor(), item),
            "doubt": policy.may_doubt(actor(), item),
        },
        "is_asked": _is_asked(item, row, found),
        "intervals": intervals(),
        "urls": _urls(item),
    }


def page(item: Item) -> dict[str, Any]:
    """The page of an item's verification: what was said of it, and who keeps it."""
    known = piece(item)
    may_plan = known.get("may", {}).get("plan")
    row = known.get("row")
    chosen = str(row.keeper_id) if row and row.keeper_id else EDITORS
    readers = sorted(people_who_read(session(), item)) if may_plan else []
    options = [(EDITORS, _("The editors of its space"))]
    options += [(str(key), name) for key, name in queries.people_named(session(), readers)]
    return {
        "verification": known,
        "document": {"title": item.title, "url": item_url(item.kind, item.id)},
        "history": [_event(entry, name) for entry, name in queries.history(session(), item)],
        "keepers": options,
        "keeper": chosen if chosen in dict(options) else EDITORS,
        "today": actor().today,
    }


def board(wanted: Wanted, space: Space | None) -> dict[str, Any]:
    """The board."""
    found = queries.board(session(), actor(), wanted)
    figures = queries.counts(session(), actor(), wanted.space_id)
    spaces = session().scalars(readable_spaces(actor())).all()
    is_mine = wanted.tab == queries.MINE
    return {
        "tab": wanted.tab,
        "tabs": [
            (str(label), here(tab=tab, cursor=None), tab == wanted.tab, figures.get(tab))
            for tab, label in TABS.items()
        ],
        "rows": [_row(row) for row in found.rows],
        "page": neighbours(found),
        "spaces": [("", _("All spaces"))] + [(each.key, each.label(locale())) for each in spaces],
        "space": space.key if space else "",
        "load": _load() if is_mine else None,
        "rules": _rules() if wanted.tab == queries.SPACES else [],
        "keepers": _colleagues() if actor().is_member else [],
        "intervals": intervals(),
        "a_week": settings().verifications_a_week,
    }


def _row(row: BoardRow) -> dict[str, Any]:
    return {
        "card": shown([row.card])[0],
        "seen": f"{row.version}.{row.turn}",
        "keeper": _person(row.keeper),
        "keeps": row.keeps,
        "doubt": row.doubt,
        "reads": row.reads,
        "url": f"/items/{row.card.id}/verification",
    }


def _state(row: Verification) -> str:
    facts = trust.Facts(
        row.verified_at is not None, row.due_on, bool(row.is_changed), row.doubted_at is not None
    )
    return trust.judge(facts, actor().today, settings().verification_lead_days)


def _is_asked(item: Item, row: Verification, found: Piece | None) -> bool:
    """Whether the reader is one of those who are responsible now and something waits for them."""
    if _state(row) in {trust.NONE, trust.VERIFIED} or found is None:
        return False
    if row.keeper_id and found.keeps:
        return row.keeper_id == actor().user_id
    return item.space_id in actor().edits if found.has_editor else item.author_id == actor().user_id


def _urls(item: Item) -> dict[str, str]:
    base = f"/items/{item.id}"
    return {"page": f"{base}/verification", "plan": f"{base}/verification/plan", "doubt": f"{base}/doubts"}


def _person(named: Named | None) -> dict[str, str] | None:
    return {"name": named.name, "url": person_url(named.username)} if named else None


def _colleagues() -> list[tuple[str, str]]:
    found = people.directory(session())
    return [(EDITORS, _("The editors of its space")), *((str(each.id), each.name) for each in found)]


def _event(entry: Any, name: str) -> dict[str, Any]:  # noqa: ANN401 - an entry of the timeline
    sentences = {
        "verified": _("%(name)s verified it", name=name),
        "doubted": _("%(name)s doubted it", name=name),
        "kept": _("%(name)s changed keeper or interval", name=name),
        "verification_undone": _("%(name)s took it back", name=name),
    }
    said = entry.data.get("note") or entry.data.get("reason") or ""
    until = entry.data.get("until")
    return {
        "sentence": sentences[entry.verb],
        "at": entry.at,
        "said": said,
        "until": day_text(dt.date.fromisoformat(until)) if until else "",
    }


def _rules() -> list[dict[str, Any]]:
    return [
        {
            "name": space.label(locale()),
            "url": space_url(space.key),
            "interval": str(INTERVALS.get(rule.interval_days, "")) if rule else "",
            "edit_url": url_for("verification.rule", key=space.key),
        }
        for space, rule in queries.rules(session(), actor())
    ]


def _load() -> dict[str, Any]:
    """What comes due for the reader in the next weeks, and what should have been done already."""
    days, today = queries.coming(session(), actor()), actor().today
    load: Counter[dt.date] = spreading.load_of(day for day in days if day >= today)
    first = spreading.week_of(today)
    mondays = [first + dt.timedelta(weeks=number) for number in range(queries.WEEKS_SHOWN)]
    most = max([*load.values(), weeks.limits(settings()).a_week])
    return {
        "overdue": sum(day < today for day in days),
        "most": most,
        "weeks": [{"monday": monday, "count": load.get(monday, 0)} for monday in mondays],
    }


def rule_page(space: Space) -> dict[str, Any]:
    """The form of a space's rule."""
    rule = queries.rule_of(session(), space)
    return {
        "space": {"name": space.label(locale()), "url": space_url(space.key)},
        "interval": str(rule.interval_days) if rule else "",
        "keeper": rule.keeper if rule else AUTHOR,
        "intervals": [("", _("None: nothing has to be verified")), *intervals()],
        "a_week": settings().verifications_a_week,
        "action_url": url_for("verification.set_rule", key=space.key),
    }
