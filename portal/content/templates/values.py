"""The values of fields: read strictly from what people type, said again as text, spread into rows for filters."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from portal.content.templates.fields import (
    CHOICE,
    COMPETITOR,
    CURRENCIES,
    CUSTOMER,
    DATE,
    MONEY,
    MOST_ROWS,
    NUMBER,
    PERSON,
    TABLE,
    TEXT,
)
from portal.kernel.messages import _l
from portal.kernel.typed import line, paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from portal.content.templates.fields import Field

TEXT_LENGTH, NAME_LENGTH = 2000, 80
GREATEST = Decimal(10) ** 14
PLACES = 4
NUMBERS, DAYS = "12.5 / 3,000 / 12.5 万", "2026-11-20 / 2026/11/20 / 2026年11月20日"
MULTIPLES = {"千": 3, "万": 4, "亿": 8}
# Longer signs first: `元` ends `美元`, too.
SIGNS = {
    "人民币": "CNY", "美元": "USD", "欧元": "EUR", "港元": "HKD", "日元": "JPY", "rmb": "CNY", "us$": "USD", "hk$": "HKD",
    "¥": "CNY", "$": "USD", "€": "EUR", "元": "CNY",
}  # fmt: skip
SHOWN_SIGNS = {"CNY": "¥", "USD": "US$", "EUR": "€", "HKD": "HK$", "JPY": "JP¥"}
FIGURE = re.compile(r"([+-]?\d[\d,\s]*(?:\.\d+)?|[+-]?\.\d+)\s*(千|万|亿)?\Z", re.ASCII)
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\Z", re.ASCII)
IN_BRACKETS = re.compile(r"[（(]([^（()）]+)[)）]\s*\Z")


class Unfit(ValueError):  # noqa: N818 - what people typed does not fit; no error of the program
    """A sentence about a value that cannot be taken."""


@dataclass(frozen=True, slots=True)
class Someone:
    """A person that a field may name."""

    id: int
    username: str
    name: str

    @property
    def written(self) -> str:
        """As one types and sees them in a form."""
        return f"{self.name}（{self.username}）"


@dataclass(slots=True)
class People:
    """The people that fields may name, by what one types."""

    everyone: Iterable[Someone] = ()
    _by_name: dict[str, list[Someone]] = field(default_factory=dict)
    _by_username: dict[str, Someone] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for person in self.everyone:
            self._by_name.setdefault(person.name, []).append(person)
            self._by_username[person.username] = person

    def find(self, typed: str) -> Someone:
        """Who is meant by a name, a sign-in name, or both as `李娜（lina）`.

        Raises:
            Unfit: nobody, or more than one.
        """
        inside = IN_BRACKETS.search(typed)
        known = self._by_username.get((inside[1] if inside else typed).strip().lower())
        if known:
            return known
        named = self._by_name.get(typed, [])
        if len(named) > 1:
            both = str(_l(", ")).join(person.written for person in named)
            raise Unfit(_l("More than one person has this name: %(people)s. Write which one.", people=both))
        if not named:
            raise Unfit(_l("There is nobody called “%(name)s”.", name=typed))
        return named[0]


def parse(asked: Field, typed: Any, people: People) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """The value that a person means; None when the field was left empty.

    Args:
        asked: the field.
        typed: text, or for a table a list of rows, each a mapping of column to text.
        people: whom a field may name.

    Raises:
        Unfit: it cannot be taken; its text is a sentence.
    """
    if asked.type == TABLE:
        return _table(asked, typed if isinstance(typed, list) else [], people) or None
    text = paragraphs(str(typed)) if asked.type == TEXT else line(str(typed))
    return PARSERS[asked.type](asked, text, people) if text else None


def _text(_asked: Field, text: str, _people: People) -> str:
    if len(text) > TEXT_LENGTH:
        raise Unfit(_l("This is too long: at most %(most)s characters.", most=TEXT_LENGTH))
    return text


def _name(_asked: Field, text: str, _people: People) -> str:
    if len(text) > NAME_LENGTH:
        raise Unfit(_l("This is too long: at most %(most)s characters.", most=NAME_LENGTH))
    return text


def _number(asked: Field, text: str, _people: People) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    unit = unicodedata.normalize("NFKC", asked.unit)
    return str(_figure(plain.removesuffix(unit).strip() if unit else plain))


def _money(asked: Field, text: str, _people: People) -> dict[str, str]:
    plain = unicodedata.normalize("NFKC", text).strip()
    currency = asked.unit if asked.unit in CURRENCIES else CURRENCIES[0]
    for sign, meant in [*SIGNS.items(), *((code.lower(), code) for code in CURRENCIES)]:
        bare = plain.lower().removeprefix(sign).removesuffix(sign).strip()
        if bare != plain.lower():
            plain, currency = bare, meant
            break
    return {"amount": str(_figure(plain)), "currency": currency}


def _figure(text: str) -> Decimal:
    """A number as people write it, with thousands separators and 千, 万 or 亿 behind it."""
    found = FIGURE.match(text)
    if not found:
        raise Unfit(_l("“%(typed)s” is no number. Write it like %(examples)s.", typed=text, examples=NUMBERS))
    try:
        number = Decimal(re.sub(r"[,\s]", "", found[1])).scaleb(MULTIPLES.get(found[2] or "", 0))
    except InvalidOperation as error:
        raise Unfit(_l("“%(typed)s” is no number.", typed=text)) from error
    if abs(number) >= GREATEST:
        raise Unfit(_l("This number is too great."))
    rounded = round(number, PLACES)
    return rounded.to_integral_value() if rounded == rounded.to_integral_value() else rounded.normalize()


def _date(_asked: Field, text: str, _people: People) -> str:
    found = DAY.match(unicodedata.normalize("NFKC", text).strip())
    try:
        return dt.date(*map(int, found.groups())).isoformat() if found else _no_day(text)
    except ValueError as error:
        raise Unfit(_l("There is no day “%(typed)s”.", typed=text)) from error


def _no_day(text: str) -> str:
    raise Unfit(_l("“%(typed)s” is no date. Write it like %(examples)s.", typed=text, examples=DAYS))


def _choice(asked: Field, text: str, _people: People) -> str:
    if text not in asked.choices:
        raise Unfit(_l("Choose one of: %(choices)s.", choices=str(_l(", ")).join(asked.choices)))
    return text


def _person(_asked: Field, text: str, people: People) -> dict[str, Any]:
    found = people.find(text)
    return {"id": found.id, "username": found.username, "name": found.name}


def _table(asked: Field, rows: Sequence[Mapping[str, Any]], people: People) -> list[dict[str, Any]]:
    """Rows with something in them; a sentence names the row that it is about."""
    kept = [row for row in rows if any(line(str(row.get(column.key) or "")) for column in asked.columns)]
    if len(kept) > MOST_ROWS:
        raise Unfit(_l("A table has at most %(most)s rows.", most=MOST_ROWS))
    return [_row(asked, number, row, people) for number, row in enumerate(kept, 1)]


def _row(asked: Field, number: int, row: Mapping[str, Any], people: People) -> dict[str, Any]:
    values = {}
    for column in asked.columns:
        try:
            value = parse(column, row.get(column.key) or "", people)
        except Unfit as unfit:
            problem = str(unfit)
        else:
            problem = str(_l("Fill this in.")) if value is None and column.required else ""
        if problem:
            raise Unfit(_l("Row %(number)s, %(column)s: %(problem)s", number=number, column=column.label, problem=problem))  # fmt: skip
        if value is not None:
            values[column.key] = value
    return values


PARSERS: Mapping[str, Callable[[Field, str, People], Any]] = {
    TEXT: _text, NUMBER: _number, MONEY: _money, DATE: _date, CHOICE: _choice, PERSON: _person,
    CUSTOMER: _name, COMPETITOR: _name,
}  # fmt: skip


def typed(asked: Field, value: Any) -> Any:  # noqa: ANN401 - JSON in; text, or rows of text, out
    """A value as its form shows it; what `parse` takes back."""
    if value is None:
        return [] if asked.type == TABLE else ""
    if asked.type == TABLE:
        return [{column.key: typed(column, row.get(column.key)) for column in asked.columns} for row in value]
    if asked.type == MONEY:
        usual = value["currency"] == (asked.unit or CURRENCIES[0])
        return value["amount"] if usual else f"{value['amount']} {value['currency']}"
    if asked.type == PERSON:
        return Someone(**value).written
    return str(value)


def text(asked: Field, value: Any) -> str:  # noqa: ANN401 - a JSON value
    """A value in one text, for facts, searches, comparisons and exports; a table as lines."""
    if value is None:
        return ""
    if asked.type == TABLE:
        return "\n".join(
            str(_l("; ")).join(
                f"{column.label} {text(column, row[column.key])}"
                for column in asked.columns
                if column.key in row
            )
            for row in value
        )
    if asked.type == NUMBER:
        return f"{_grouped(value)} {asked.unit}".strip()
    if asked.type == MONEY:
        return f"{SHOWN_SIGNS.get(value['currency'], '')}{_grouped(value['amount'])}"
    return str(value["name"] if asked.type == PERSON else value)


def _grouped(number: str) -> str:
    return f"{Decimal(number):,f}"


def day(asked: Field, value: Any) -> dt.date | None:  # noqa: ANN401 - a JSON value
    """The date of a date field."""
    return dt.date.fromisoformat(value) if asked.type == DATE and value else None


def number(asked: Field, value: Any) -> Decimal | None:  # noqa: ANN401 - a JSON value
    """The figure of a number or an amount."""
    if asked.type == NUMBER:
        return Decimal(value)
    return Decimal(value["amount"]) if asked.type == MONEY else None


def fold(name: str) -> str:
    """The form under which two spellings of a name are the same: width, case and space do not count."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())[:200]
