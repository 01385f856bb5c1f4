"""Mentions in a request: settle typed names before the text is rendered, say who was not told, offer names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.content.mentions import queries, typed
from portal.kernel.db import reading
from portal.platform.items import PUBLISHED
from portal.web.database import session

if TYPE_CHECKING:
    from portal.platform.items import Item

SIGNS = ("@", "＠")


def settled(text: str) -> str:
    """A text as typed, with the names in it in the form that is kept.

    The look for names ends before the text is rendered, so that on SQLite nobody waits for that.
    """
    if not any(sign in text for sign in SIGNS):
        return text
    is_first = not session().in_transaction()
    with reading():
        made = typed.settled(text, lambda names: queries.known(session(), names))
        if is_first:
            session().rollback()
    return made


def say_unreached(item: Item) -> None:
    """Tell the writer whom the text names in vain."""
    if item.state != PUBLISHED:
        return
    names, departments = queries.unreached(session(), item)
    if names:
        words = _("%(names)s cannot read this and was not told.", names=_(", ").join(names))
        flash(words, "warning")
    for name, number in departments:
        text = ngettext(
            "%(num)d person of %(name)s cannot read this and was not told.",
            "%(num)d people of %(name)s cannot read this and were not told.",
            number, name=name,
        )  # fmt: skip
        flash(text, "warning")


def choices(text: str) -> list[dict[str, Any]]:
    """What the list under an @ offers."""
    return [
        {
            "name": each.name,
            "detail": each.detail or _people(each.people),
            "text": f"@[{each.name}]({each.token}) ",
        }
        for each in queries.choices(session(), text)
    ]


def _people(number: int) -> str:
    return str(ngettext("%(num)d person", "%(num)d people", number))
