"""What the templates of the history are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request, url_for
from flask_babel import gettext as _

from portal.content.manuscripts import prepare
from portal.content.presenting import here
from portal.content.revisions import filled, policy, queries
from portal.content.revisions.differences import Block, compare, has_changes, only_changes, size
from portal.platform.access import find
from portal.platform.items import Item
from portal.platform.kinds import KINDS
from portal.web.context import item_url, person_url
from portal.web.database import session
from portal.web.identity import actor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.content.revisions.queries import State

VIEWS = ("inline", "sides")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A changed value beside the text: title, tags, a field of the template."""

    label: str
    blocks: list[Block]


def history_page(item_id: int, begin: int | None) -> dict[str, Any]:
    """The list of versions."""
    found = queries.history(session(), actor(), item_id, begin)
    older = url_for("revisions.history", item_id=item_id, begin=found.older) if found.older else None
    return {
        **_around(found.item),
        "versions": found.versions,
        "total": found.total,
        "is_first_page": begin is None,
        "older_url": older,
        "compare_url": url_for("revisions.choose", item_id=item_id),
        "restore_urls": _restore_urls(found.item, [line.version for line in found.versions]),
    }


def version_page(item_id: int, version: int) -> dict[str, Any]:
    """One version, laid out as it was."""
    item = find(session(), actor(), Item, item_id)
    state = queries.state(session(), actor(), item, version)
    rendered = prepare(state.title, state.body).rendered
    return {
        **_around(item),
        "state": state,
        "author_url": person_url(state.author_username),
        "html": rendered.html,
        "has_mermaid": rendered.has_mermaid,
        "fields": filled.told(session(), state.data),
        "restore_url": _restore_urls(item, [version]).get(version),
        "compare_url": url_for("revisions.compare", item_id=item_id, before=version, after=item.version),
    }


def comparison_page(item_id: int, before: int, after: int) -> dict[str, Any]:
    """Two versions side by side, or woven into one."""
    item = find(session(), actor(), Item, item_id)
    earlier, later = (queries.state(session(), actor(), item, version) for version in (before, after))
    blocks = compare(earlier.body, later.body)
    is_whole = "all" in request.args
    view = request.args.get("view", VIEWS[0])
    return {
        **_around(item),
        "earlier": earlier,
        "later": later,
        "size": size(earlier.body, later.body),
        "blocks": blocks if is_whole else only_changes(blocks),
        "has_changes": has_changes(blocks),
        "is_whole": is_whole,
        "whole_url": here(all=None if is_whole else 1),
        "view": view if view in VIEWS else VIEWS[0],
        "view_urls": {name: here(view=name) for name in VIEWS},
        "field_changes": list(_field_changes(earlier, later)),
        "restore_url": _restore_urls(item, [before]).get(before),
    }


def _field_changes(earlier: State, later: State) -> Iterable[FieldChange]:
    told = [(_("Title"), earlier.title, later.title), (_("Tags"), _tags(earlier), _tags(later))]
    old, new = (dict(filled.told(session(), state.data)) for state in (earlier, later))
    told += [(label, old.get(label, ""), new.get(label, "")) for label in {**old, **new}]
    for label, before, after in told:
        if before != after:
            yield FieldChange(label, compare(before, after))


def _tags(state: State) -> str:
    return str(_(", ")).join(sorted(state.tags))


def _around(item: Item) -> dict[str, Any]:
    """What every page of the history says of its item. A reply is called by what it stands under."""
    return {
        "item": item,
        "title": item.title or str(KINDS[item.kind].label),
        "item_url": item_url(item.kind, item.id),
        "history_url": url_for("revisions.history", item_id=item.id),
    }


def _restore_urls(item: Item, versions: Iterable[int]) -> dict[int, str]:
    """Addresses that make earlier versions current again, where the reader may do that."""
    if not policy.may_rewind(actor(), item):
        return {}
    rewind = KINDS[item.kind].rewind
    return {
        version: url_for(rewind, item_id=item.id, version=version)
        for version in versions
        if version != item.version
    }
