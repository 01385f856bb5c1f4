"""Patterns of titles: `{region}-{customer}-{type}-{date:%Y%m%d}`. Read by our own few rules, never by `str.format`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.content.templates.fields import DATE, TABLE
from portal.kernel.errors import InvalidError
from portal.kernel.messages import _l
from portal.platform.items import TITLE_LENGTH

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from portal.content.templates.fields import Field

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
STRAY = re.compile(r"[{}]")
DIRECTIVE = re.compile(r"%(.?)")
DIRECTIVES = "YymdHMV"
DAY = "%Y-%m-%d"
PLAIN = frozenset({"region", "author", "department", "type", "space"})
# Two separators with nothing between them, or one at an end, are what an empty value leaves behind.
DOUBLED = re.compile(r"\s*([-–—_·/、|])(?:\s*[-–—_·/、|])+\s*")
ENDS = " -–—_·/、|"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a pattern: `text` as it stands, or the value of `name`, a date by `form`."""

    text: str = ""
    name: str = ""
    form: str = ""


def parts(pattern: str) -> Iterator[Part]:
    """The pieces of a pattern."""
    place = 0
    for found in PLACEHOLDER.finditer(pattern):
        if found.start() > place:
            yield Part(text=pattern[place : found.start()])
        name, _, form = found[1].partition(":")
        yield Part(name=name.strip(), form=form.strip())
        place = found.end()
    if place < len(pattern):
        yield Part(text=pattern[place:])


def check(pattern: str, fields: Sequence[Field]) -> None:
    """See that every placeholder means something.

    Raises:
        InvalidError: with a sentence for each that does not, under `pattern`.
    """
    types = {field.key: field.type for field in fields}
    problems = [problem for part in parts(pattern) for problem in _problems(part, types)]
    if problems:
        raise InvalidError(_l("The pattern of the title does not fit yet."), {"pattern": problems})


def _problems(part: Part, types: Mapping[str, str]) -> Iterator[str]:
    if STRAY.search(part.text):
        yield str(_l("A brace stands alone. A placeholder looks like {customer}."))
    if not part.name and not part.text:
        yield str(_l("A pair of braces is empty. A placeholder looks like {customer}."))
    if not part.name:
        return
    shown = "{" + part.name + "}"
    if part.name not in PLAIN | {"date"} and part.name not in types:
        yield str(_l("%(name)s is neither known nor a field of this template.", name=shown))
    elif types.get(part.name) == TABLE:
        yield str(_l("%(name)s is a table, which has no place in a title.", name=shown))
    elif part.form and part.name != "date" and types.get(part.name) != DATE:
        yield str(_l("%(name)s is no date, so nothing may follow a colon.", name=shown))
    elif any(letter not in DIRECTIVES or not letter for letter in DIRECTIVE.findall(part.form)):
        yield str(_l("%(name)s: a date knows %%Y %%y %%m %%d %%H %%M and %%V (week).", name=shown))


def make(pattern: str, known: Mapping[str, str], days: Mapping[str, dt.datetime | dt.date]) -> str:
    """A title; what is missing takes the separator beside it along.

    Args:
        pattern: one that `check` has accepted.
        known: texts by placeholder.
        days: dates by placeholder.
    """
    text = "".join(_said(part, known, days) for part in parts(pattern))
    return DOUBLED.sub(r"\1", text).strip(ENDS)[:TITLE_LENGTH]


def _said(part: Part, known: Mapping[str, str], days: Mapping[str, dt.datetime | dt.date]) -> str:
    if not part.name:
        return part.text
    day = days.get(part.name)
    return dated(day, part.form or DAY) if day else " ".join(known.get(part.name, "").split())


def dated(day: dt.datetime | dt.date, form: str) -> str:
    """A date in one of the few forms that are understood."""
    clock = day.timetuple()
    values = {
        "Y": f"{day.year:04}", "y": f"{day.year % 100:02}", "m": f"{day.month:02}", "d": f"{day.day:02}",
        "H": f"{clock.tm_hour:02}", "M": f"{clock.tm_min:02}", "V": f"{day.isocalendar().week:02}",
    }  # fmt: skip
    return DIRECTIVE.sub(lambda found: values.get(found[1], ""), form)
