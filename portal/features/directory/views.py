"""Pages on which people look each other up: the directory, a person, one's own team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.content import cards
from portal.content.presenting import here, neighbours, shown
from portal.content.selecting import selection
from portal.content.watching.models import PERSON
from portal.content.watching.presenting import button
from portal.kernel import typed
from portal.people import profiles, queries
from portal.people.queries import Contribution
from portal.people.views.listing import chosen, slice_of
from portal.platform.items import DRAFT, PUBLISHED, Item
from portal.web.context import person_url
from portal.web.database import session
from portal.web.identity import actor
from portal.web.routing import Pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug import Response

    from portal.people.models import Department
    from portal.people.queries import Person

pages = Pages("people", __name__)

KINDS = {"documents": "document", "replies": "reply"}
NEWEST = (Item.published_at, Item.id)
CHANGED = (Item.updated_at, Item.id)
DRAFTS = "drafts"
RECENT = 10


@pages.read("/people")
def index() -> str:
    """Everybody who works here, by name, spelling and department."""
    text, tree = typed.line(request.args.get("q")), queries.departments(session())
    department = chosen(tree, request.args.get("department"))
    found = slice_of(queries.directory(session(), text, department), request.args.get("page"), _turned)
    return render_template(
        "people/index.html", rows=_rows(found.rows), departments=_facet(tree, department), q=text, page=found,
        department_id=department.id if department else None,
    )  # fmt: skip


def _turned(number: int) -> str:
    return here(page=number if number > 1 else None)


def _rows(people: Sequence[Person]) -> list[dict[str, Any]]:
    written = queries.contributions(session(), actor(), [person.id for person in people])
    return [_row(person, written.get(person.id, Contribution())) for person in people]


def _row(person: Person, written: Contribution) -> dict[str, Any]:
    return {
        "name": person.name,
        "url": person_url(person.username),
        "department": person.department,
        "post": person.post,
        "manager_name": person.manager_name,
        "document_count": written.documents,
        "reply_count": written.replies,
    }


def _facet(tree: list[tuple[Department, int]], selected: Department | None) -> list[dict[str, Any]]:
    """The departments with the people in and below each; choosing the chosen one shows everybody again."""
    counts = _with_below(tree)
    return [
        {
            "name": department.name,
            "url": here(department=None if department is selected else department.id, page=None),
            "depth": depth,
            "selected": department is selected,
            "count": counts[department.id],
        }
        for department, depth in tree
    ]


def _with_below(tree: list[tuple[Department, int]]) -> dict[int, int]:
    own = queries.headcount(session())
    counts = dict.fromkeys((department.id for department, _depth in tree), 0)
    for department, _depth in tree:
        for above in department.lineage:
            counts[above] = counts.get(above, 0) + own.get(department.id, 0)
    return counts


@pages.read("/people/<username>")
def show(username: str) -> str:
    """One person: who they are, and what they wrote that the reader may read."""
    person = queries.person(session(), username)
    tab = request.args.get("tab", "documents")
    written = queries.contributions(session(), actor(), [person.id]).get(person.id, Contribution())
    keys = CHANGED if tab == DRAFTS else NEWEST
    page = cards.page(session(), actor(), keys, request.args.get("cursor"), _written_by(person, tab))
    return render_template(
        "people/show.html", person=_described(person), cards=shown(page.rows), page=neighbours(page),
        tabs=_tabs(person, tab, written), counts={"documents": written.documents, "replies": written.replies},
        select=selection() if person.id == actor().user_id and tab != "replies" else {},
    )  # fmt: skip


def _written_by(person: Person, tab: str) -> list[Any]:
    kind, state = KINDS.get(tab, "document"), DRAFT if tab == DRAFTS else PUBLISHED
    return [Item.author_id == person.id, Item.kind == kind, Item.state == state]


def _described(person: Person) -> dict[str, Any]:
    reports = profiles.direct_reports(session(), person.id)
    manager = {"name": person.manager_name, "url": person_url(person.manager_username)}
    return {
        "name": person.name,
        "username": person.username,
        "department": person.department,
        "post": person.post,
        "manager": manager if person.manager_username else None,
        "reports": [{"name": name, "url": person_url(username)} for name, username in reports],
        "about": profiles.about(session(), actor(), person.id),
        "email": person.email,
        "is_active": person.is_active,
        "follow": button(PERSON, str(person.id), sent=person.username) if person.is_active else None,
    }


def _tabs(person: Person, tab: str, written: Contribution) -> list[tuple[str, str, bool, int | None]]:
    tabs: list[tuple[str, str, bool, int | None]] = [
        (_("Documents"), _tab(None), tab not in {"replies", DRAFTS}, written.documents),
        (_("Replies"), _tab("replies"), tab == "replies", written.replies),
    ]
    drafts = (_("Drafts"), _tab(DRAFTS), tab == DRAFTS, None)
    return [*tabs, drafts] if person.id == actor().user_id else tabs


def _tab(name: str | None) -> str:
    return here(tab=name, cursor=None, select=None)


@pages.read("/people/items/<int:item_id>")
def by_item(item_id: int) -> Response:
    """The address of a profile as an item leads to the person's page."""
    return redirect(person_url(profiles.username_of(session(), actor(), item_id)))


@pages.read("/team")
def team() -> str:
    """What one's direct and indirect reports write and answer, as far as one may read it."""
    led = [
        (person, depth) for person, depth in queries.reports(session(), actor().user_id) if person.is_active
    ]
    ids = [person.id for person, _depth in led]
    written = queries.contributions(session(), actor(), ids)
    rows = [_led(person, depth, written.get(person.id, Contribution())) for person, depth in led]
    return render_template(
        "people/team.html", rows=rows, recent=shown(_recent(ids)), people_url=url_for("people.index")
    )


def _led(person: Person, depth: int, written: Contribution) -> dict[str, Any]:
    return {
        "name": person.name,
        "url": person_url(person.username),
        "post": person.post,
        "depth": depth - 1,
        "documents": written.documents,
        "replies": written.replies,
        "last_at": written.last_at,
    }


def _recent(ids: Sequence[int]) -> Sequence[cards.Card]:
    conditions = [Item.author_id.in_(ids), Item.kind.in_(KINDS.values()), Item.state == PUBLISHED]
    return cards.page(session(), actor(), NEWEST, None, conditions, RECENT).rows if ids else []
