"""What the templates and the editors' warnings are given of retired phrases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request, url_for
from flask_babel import gettext as _

from portal.content.presenting import here, neighbours, shown
from portal.content.retired import matching, queries
from portal.content.retired.policy import may_retire
from portal.web.context import item_url
from portal.web.database import session
from portal.web.identity import actor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wtforms import Field

    from portal.content.cards import Card
    from portal.content.retired.models import RetiredPhrase
    from portal.content.retired.queries import Count, Found, PhraseRow
    from portal.kernel.paging import Page
    from portal.platform.items import Item

EDITABLE = {"document", "template", "reply"}


def banner(item: Item) -> list[dict[str, str]]:
    """The retired phrases that an item still carries, for a note above its text."""
    rows = queries.on_item(session(), item.id)
    return [
        {
            "phrase": row.phrase,
            "replacement": row.replacement,
            "reason": row.reason,
            "url": url_for("retired.show", phrase_id=row.id),
            "edit_url": _edit_url(item.kind, item.id, row.id),
        }
        for row in rows
    ]


def replace_as_asked(*fields: Field) -> None:
    """Put the new wording into the fields of a form that was opened for replacing a retired one."""
    phrase_id = request.args.get("retired", type=int)
    row = queries.in_force(session(), phrase_id) if phrase_id else None
    if row and row.replacement:
        for field in fields:
            field.data = matching.replaced(row.phrase, row.replacement, field.data or "")


def for_editor(phrase: RetiredPhrase) -> dict[str, str]:
    """A phrase as the warning in the editor wants it."""
    return {
        "phrase": phrase.phrase,
        "replacement": phrase.replacement,
        "reason": phrase.reason,
        "url": url_for("retired.show", phrase_id=phrase.id),
    }


def index_page(rows: Sequence[PhraseRow], *, withdrawn: bool) -> dict[str, Any]:
    """The list of phrases."""
    return {
        "rows": [
            {
                "phrase": row.phrase.phrase,
                "replacement": row.phrase.replacement,
                "reason": row.phrase.reason,
                "author": row.author_name,
                "at": row.phrase.created_at,
                "count": row.count,
                "is_scanned": row.phrase.scanned_at is not None,
                "url": url_for("retired.show", phrase_id=row.phrase.id),
            }
            for row in rows
        ],
        "states": [
            (_("In force"), here(state=None), not withdrawn, None),
            (_("May be used again"), here(state="withdrawn"), withdrawn, None),
        ],
        "withdrawn": withdrawn,
        "may_retire": may_retire(actor()),
        "new_url": url_for("retired.new"),
    }


def show_page(
    retired: RetiredPhrase, count: Count, which: str, found: tuple[Page[Card], list[Found]]
) -> dict[str, Any]:
    """One phrase with the items of one tab."""
    page, rows = found
    return {
        "retired": retired,
        "count": count,
        "progress": queries.progress(session(), retired),
        "which": which,
        "rows": [_shown(retired, row, card) for row, card in zip(rows, shown(page.rows), strict=True)],
        "tabs_": _tabs(count, which),
        "page": neighbours(page),
        "may_retire": may_retire(actor()),
        "urls": {
            "show": url_for("retired.show", phrase_id=retired.id),
            "edit": url_for("retired.edit", phrase_id=retired.id),
            "withdrawal": url_for("retired.withdraw", phrase_id=retired.id),
            "renewal": url_for("retired.renew", phrase_id=retired.id),
        },
    }


def _tabs(count: Count, which: str) -> list[tuple[str, str, bool, int]]:
    offered = (
        (queries.OPEN, _("Still there"), count.still),
        (queries.MINE, _("Mine to change"), count.mine),
        (queries.EXCUSED, _("May stay"), count.excused),
        (queries.GONE, _("Cleared"), count.gone),
    )
    return [(label, here(which=key, cursor=None), key == which, number) for key, label, number in offered]


def _shown(retired: RetiredPhrase, row: Found, card: Any) -> dict[str, Any]:  # noqa: ANN401 - a shown card
    names = {"title": _("title"), "text": _("text"), "fields": _("fields")}
    address = {"phrase_id": retired.id, "item_id": card.id}
    return {
        "card": card,
        "places": [names[place] for place in row.places],
        "count": row.count,
        "excerpt": matching.marked(retired.phrase, row.excerpt),
        "excuse": row.excuse,
        "excused_by": row.excused_by,
        "gone_at": row.gone_at,
        "edit_url": _edit_url(card.kind, card.id, retired.id),
        "may_excuse": row.may_excuse,
        "excuse_url": url_for("retired.excuse", **address),
        "accusation_url": url_for("retired.accuse", **address),
    }


def _edit_url(kind: str, item_id: int, phrase_id: int) -> str:
    """The form in which the phrase can be replaced; a document's opens with the replacement made."""
    if kind not in EDITABLE:
        return ""
    wish = f"?retired={phrase_id}" if kind == "document" else ""
    return f"{item_url(kind, item_id)}/edit{wish}"
