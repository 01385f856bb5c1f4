"""Input of verification: small forms, read by hand, because several of them stand in one page."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from portal.content.verification.services import Plan, Seen
from portal.kernel.errors import InvalidError
from portal.kernel.messages import _l

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.datastructures import MultiDict

EDITORS, SAME, NEVER = "editors", "", "never"


def seen(form: MultiDict[str, str]) -> Seen:
    """What somebody vouches for on the page of an item."""
    return replace(
        _seen(form.get("seen", "")),
        until=_day(form.get("until", "")),
        interval_days=_number(form.get("interval", "")),
        note=form.get("note", ""),
    )


def chosen(form: MultiDict[str, str]) -> dict[int, Seen]:
    """The items that were ticked on the board, each as it was seen there."""
    numbers = [number for text in form.getlist("item") if (number := _number(text)) is not None]
    days = _number(form.get("interval", ""))
    return {number: replace(_seen(form.get(f"seen-{number}", "")), interval_days=days) for number in numbers}


def plan(form: MultiDict[str, str]) -> Plan:
    """Keeper and interval, or a day."""
    if form.get("interval") == NEVER:
        return Plan(is_exempt=True)
    keeper = form.get("keeper", EDITORS)
    interval = _number(form.get("interval", ""))
    until = None if interval else _day(form.get("until", ""))
    return Plan(None if keeper == EDITORS else _number(keeper), interval, until)


def change(form: MultiDict[str, str]) -> Callable[[Plan], Plan]:
    """What is to become of the plan of each item that was ticked; what is left open stays."""
    keeper, interval = form.get("keeper", SAME), form.get("interval", SAME)

    def changed(present: Plan) -> Plan:
        if interval == NEVER:
            return Plan(is_exempt=True)
        if keeper != SAME:
            present = replace(present, keeper_id=None if keeper == EDITORS else _number(keeper))
        if interval != SAME:
            present = replace(present, interval_days=_number(interval), until=None, is_exempt=False)
        return present

    return changed


def _seen(text: str) -> Seen:
    version, _, turn = text.partition(".")
    return Seen(_number(version) or 0, _number(turn) or 0)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 - what a key can be


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InvalidError(_l("This is not a day of the calendar.")) from None
