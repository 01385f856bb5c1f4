"""The button "follow" as templates want it, and the page of all that one follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from portal.content import cards
from portal.content.manuscripts import fold_tag
from portal.content.spaces.queries import readable_spaces
from portal.content.watching import queries
from portal.content.watching.models import ITEM, PERSON, QUERY, SPACE, TAG, Follow
from portal.people.models import User
from portal.platform.search.syntax import Filter, parse
from portal.web.context import item_url, person_url, space_url
from portal.web.database import session
from portal.web.i18n import locale
from portal.web.identity import actor

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Button:
    """Follows something, or stops following it."""

    sort: str
    target: str
    label: str
    stop_url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Something that one follows."""

    name: str
    url: str
    stop_url: str


def button(sort: str, key: str, label: str = "", sent: str = "") -> Button:
    """The button for something that the reader has before their eyes.

    Args:
        sort: what it is.
        key: under which it is followed.
        label: of the button that begins to follow.
        sent: what the form names it by, where that is not the key.
    """
    known = queries.followed(session(), actor(), sort, key)
    stop_url = url_for("following.stop", follow_id=known) if known else ""
    return Button(sort, sent or key, label or _("Follow"), stop_url)


def search_button(typed: str) -> Button:
    """The button of a search; one that asks for nothing but a tag follows the tag."""
    tree = parse(typed)
    if len(tree.clauses) == 1 and isinstance(tree.clauses[0], Filter) and tree.clauses[0].field == TAG:
        return tag_button(tree.clauses[0].value)
    return button(QUERY, tree.text, _("Follow this search"))


def tag_button(name: str) -> Button:
    """The button of a tag."""
    return button(TAG, fold_tag(name), _("Follow the tag %(name)s", name=name))


def sections() -> list[tuple[str, str, list[Shown]]]:
    """All that one follows, by sort; what one may not read any more is not named."""
    found: dict[str, list[Follow]] = {}
    for row in queries.all_of(session(), actor()):
        found.setdefault(row.sort, []).append(row)
    items = _items(found.get(ITEM, []))
    shown = [
        (_("Spaces"), "books", _spaces(found.get(SPACE, []))),
        (_("Tags"), "tag", [_linked(row, f'tag:"{row.target}"') for row in found.get(TAG, [])]),
        (_("People"), "users", _people(found.get(PERSON, []))),
        (_("Searches"), "search", [_linked(row, row.target) for row in found.get(QUERY, [])]),
        (_("Documents"), "file-text", [row for row, is_own in items if is_own]),
        (_("What you wrote or replied to"), "pencil", [row for row, is_own in items if not is_own]),
    ]
    return [section for section in shown if section[2]]


def _items(rows: Sequence[Follow]) -> list[tuple[Shown, bool]]:
    """Followed items with whether their reader chose to follow them."""
    by_id = {int(row.target): row for row in rows}
    found = cards.by_ids(session(), actor(), list(by_id))
    return [
        (
            Shown(card.title or card.holder_title, item_url(card.kind, card.id), _stop_url(by_id[card.id])),
            by_id[card.id].is_own,
        )
        for card in found
    ]


def _spaces(rows: Sequence[Follow]) -> list[Shown]:
    if not rows:
        return []
    known = {str(space.id): space for space in session().scalars(readable_spaces(actor()))}
    return [
        Shown(space.label(locale()), space_url(space.key), _stop_url(row))
        for row in rows
        if (space := known.get(row.target))
    ]


def _people(rows: Sequence[Follow]) -> list[Shown]:
    if not rows:
        return []
    wanted = select(User).where(User.id.in_([int(row.target) for row in rows]))
    known = {str(person.id): person for person in session().scalars(wanted)}
    return [
        Shown(person.name, person_url(person.username), _stop_url(row))
        for row in rows
        if (person := known.get(row.target))
    ]


def _linked(row: Follow, query: str) -> Shown:
    return Shown(row.target, url_for("search.index", q=query), _stop_url(row))


def _stop_url(row: Follow) -> str:
    return url_for("following.stop", follow_id=row.id)


def page() -> dict[str, Any]:
    """The page of all that one follows."""
    return {"sections": sections()}
