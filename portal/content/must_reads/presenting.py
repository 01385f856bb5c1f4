"""What the templates of must-reads are given."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from flask import request, url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from portal.content import audiences
from portal.content.must_reads import census, changes, policy, progress, queries
from portal.content.must_reads.forms import MustReadForm
from portal.content.presenting import here, neighbours, shown
from portal.web.context import item_url
from portal.web.database import session
from portal.web.identity import actor

if TYPE_CHECKING:
    from portal.content.must_reads.models import MustRead
    from portal.content.must_reads.queries import Banner, Task, Waiting
    from portal.kernel.paging import Page
    from portal.platform.items import Item

FORTNIGHT = dt.timedelta(days=14)
SHOWN_PEOPLE = 200


def day(date: dt.date) -> str:
    """A day of the calendar in the reader's language."""
    return str(format_date(date, "medium"))


def around(item: Item) -> dict[str, Any]:
    """What the page of an item says of its must-read: a banner for those it concerns, and the way to ask for one."""
    found = queries.banner(session(), actor(), item)
    if found is None:
        asks = policy.may_demand(actor(), item)
        return {"demand_url": url_for("must_reads.new", item_id=item.id) if asks else "", "banner": None}
    return {"demand_url": "", "banner": _banner(item, found)}


def is_open(item: Item) -> bool:
    """Whether somebody has been asked to read an item, so that a change may matter to them."""
    return queries.open_of(session(), item.id) is not None


def _banner(item: Item, found: Banner) -> dict[str, Any] | None:
    must_read = found.must_read
    manages = policy.may_manage(actor(), item, must_read)
    if not (found.is_asked or manages or found.leads):
        return None
    return {
        **facts(must_read, found.demander),
        "is_asked": found.is_asked,
        "is_signed": found.is_signed,
        "signed_at": found.signed_at,
        "is_asked_again": 0 < found.signed_version < must_read.required_version,
        "version": item.version,
        "manages": manages,
        "leads": found.leads,
    }


def facts(must_read: MustRead, demander: str) -> dict[str, Any]:
    """What every page says of a must-read."""
    url = url_for("must_reads.show", must_read_id=must_read.id)
    left = (must_read.due - actor().today).days
    return {
        "id": must_read.id,
        "url": url,
        "due": day(must_read.due),
        "due_iso": must_read.due.isoformat(),
        "left": left,
        "is_overdue": left < 0,
        "is_closed": must_read.closed_at is not None,
        "demander": demander,
        "note": must_read.note,
        "sign_url": f"{url}/signatures",
        "progress_url": f"{url}/progress",
        "edit_url": f"{url}/edit",
    }


def reading(must_read: MustRead, item: Item) -> dict[str, Any]:
    """The page on which somebody reads what has changed since they signed, and signs."""
    found = queries.standing(session(), actor(), must_read, item)
    signed = found.signed_version
    return {
        "document": {"title": item.title, "url": item_url(item.kind, item.id)},
        "must_read": facts(must_read, found.demander),
        "is_asked_again": found.is_asked and 0 < signed < must_read.required_version,
        "signed_at": found.signed_at,
        "version": item.version,
        "changes": changes.since(session(), actor(), item, signed) if signed else None,
        "notes": changes.notes(session(), actor(), item, signed) if signed else [],
        "html": changes.text_of(session(), item),
    }


def reminded(now: int, earlier: int) -> str:
    """What reminding came to."""
    if not now:
        done, nobody = _("All of them have been reminded today already."), _("Nobody is left to remind.")
        return str(done if earlier else nobody)
    said = ngettext("%(num)d person has been reminded.", "%(num)d people have been reminded.", now)
    more = ngettext(
        "%(num)d had been reminded today already.", "%(num)d had been reminded today already.", earlier
    )
    return f"{said} {more}" if earlier else str(said)


def own_page(tab: str) -> dict[str, Any]:
    """One's own list: what one has to sign, or what one has signed."""
    waiting = queries.waiting(session(), actor())
    if tab == "signed":
        page = queries.signed_by(session(), actor(), request.args.get("cursor"))
        return _listing(tab, waiting, page)
    tasks = queries.to_sign(session(), actor())
    return {"tab": tab, "tabs": _tabs(tab, waiting), "rows": _tasks(tasks), "waiting": waiting, "page": None}


def followed_page() -> dict[str, Any]:
    """What one has asked of others, and what one's reports are asked."""
    counted = census.take(session())
    line = progress.line_of(session(), actor(), counted)
    page = queries.followed_by(
        session(), actor(), progress.line_tokens(counted, line), request.args.get("cursor")
    )
    found = progress.of_many(session(), actor(), page.rows, counted, line)
    listing = _listing("followed", queries.waiting(session(), actor()), page)
    rows = [row for row in listing["rows"] if row["id"] in found]
    return {**listing, "rows": [{**row, "progress": found[row["id"]]} for row in rows]}


def _listing(tab: str, waiting: Waiting, page: Page[Task]) -> dict[str, Any]:
    return {
        "tab": tab,
        "tabs": _tabs(tab, waiting),
        "rows": _tasks(page.rows),
        "waiting": waiting,
        "page": neighbours(page),
    }


def _tasks(tasks: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a sequence of Task
    cards = shown([task.card for task in tasks])
    return [
        {
            **facts(task.must_read, task.demander),
            "card": card,
            "is_asked_again": 0 < task.signed_version < task.must_read.required_version,
        }
        for task, card in zip(tasks, cards, strict=True)
    ]


def _tabs(tab: str, waiting: Waiting) -> list[tuple[str, str, bool, int | None]]:
    names = {"open": _("To read"), "signed": _("Signed"), "followed": _("Progress of others")}
    return [
        (
            name,
            here(tab=None if key == "open" else key, cursor=None),
            key == tab,
            waiting.open if key == "open" else None,
        )
        for key, name in names.items()
    ]


def form_for(must_read: MustRead | None = None) -> MustReadForm:
    """An empty form, or one that holds a must-read."""
    form = MustReadForm()
    kept = sorted(must_read.tokens) if must_read else []
    form.audience.choices = audiences.choices(session(), kept)
    if request.method == "GET":
        form.due.data = must_read.due if must_read else actor().today + FORTNIGHT
        form.note.data = must_read.note if must_read else ""
        form.audience.data = kept
    return form


def form_page(form: MustReadForm, item: Item, must_read: MustRead | None = None) -> dict[str, Any]:
    """The form with whom it would reach."""
    action = (
        url_for("must_reads.change", must_read_id=must_read.id)
        if must_read
        else url_for("must_reads.create", item_id=item.id)
    )
    return {
        "form": form,
        "document": {"title": item.title, "url": item_url(item.kind, item.id)},
        "must_read": facts(must_read, "") if must_read else None,
        "today": actor().today.isoformat(),
        "action_url": action,
        "reach_url": url_for("must_reads.reach", item_id=item.id),
        "reach": reach(item, form.audience.data or ()),
    }


def reach(item: Item, chosen: Any) -> dict[str, Any] | None:  # noqa: ANN401 - the tokens of a form
    """How many people an audience would ask, and how many of it cannot read the item."""
    known = {token for token, _label in audiences.choices(session(), chosen)}
    tokens = sorted(set(chosen) & known)
    if not tokens:
        return None
    counted = census.take(session())
    found = census.asked_of(session(), item, tokens, counted)
    names = [person.name for person in counted.people.values() if person.id in found.left_out]
    return {
        "asked": len(found.people),
        "left_out": len(found.left_out),
        "names": names[:8],
        "readers_url": f"{item_url(item.kind, item.id)}/edit#audience",
    }
