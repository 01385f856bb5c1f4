"""The definition of a template's fields: what may be asked, and what a definition must keep to.

A definition is plain JSON in `Template.fields` and in each revision, so that a document can always be read by the version it
was made from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.kernel.errors import InvalidError
from portal.kernel.messages import Message, _l

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TEXT, NUMBER, MONEY, DATE, CHOICE = "text", "number", "money", "date", "choice"
PERSON, CUSTOMER, COMPETITOR, TABLE = "person", "customer", "competitor", "table"
TYPES: Mapping[str, Message] = {
    TEXT: _l("Plain text"),
    NUMBER: _l("Number"),
    MONEY: _l("Amount of money"),
    DATE: _l("Date"),
    CHOICE: _l("Choice"),
    PERSON: _l("Person"),
    CUSTOMER: _l("Customer"),
    COMPETITOR: _l("Competitor"),
    TABLE: _l("Table"),
}
CURRENCIES = ("CNY", "USD", "EUR", "HKD", "JPY")
KEY = re.compile(r"[a-z][a-z0-9_]{0,29}\Z")
# What a title's pattern knows by itself; a field of that name would hide it.
RESERVED = frozenset({"region", "author", "department", "type", "date", "space"})
MOST_FIELDS, MOST_COLUMNS, MOST_CHOICES, MOST_ROWS = 30, 10, 40, 100
LABEL_LENGTH, HELP_LENGTH = 60, 200


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Args:
        key: short ASCII name, for the pattern of titles, filters and the API; unique within its template.
        label: what people read.
        type: one of `TYPES`.
        required: whether a document may be saved without it.
        choices: what one chooses from.
        help: a sentence beside it.
        unit: of a number, e.g. `吨`; of an amount, its currency.
        columns: of a table; none of them is a table.
    """

    key: str
    label: str
    type: str = TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    help: str = ""
    unit: str = ""
    columns: tuple[Field, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is stored: without what is empty."""
        plain = {"key": self.key, "label": self.label, "type": self.type}
        more = {
            "required": self.required, "choices": list(self.choices), "help": self.help, "unit": self.unit,
            "columns": [column.to_json() for column in self.columns],
        }  # fmt: skip
        return plain | {name: value for name, value in more.items() if value}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Field:
        """What `to_json` has made."""
        return cls(
            key=stored["key"],
            label=stored["label"],
            type=stored["type"],
            required=bool(stored.get("required")),
            choices=tuple(stored.get("choices", ())),
            help=stored.get("help", ""),
            unit=stored.get("unit", ""),
            columns=tuple(cls.from_json(column) for column in stored.get("columns", ())),
        )


def read_all(stored: Iterable[Mapping[str, Any]]) -> tuple[Field, ...]:
    """The fields of a stored definition."""
    return tuple(Field.from_json(each) for each in stored)


def check(fields: Sequence[Field]) -> None:
    """See that a definition can be used.

    Raises:
        InvalidError: with a sentence for each field that cannot, under `fields`.
    """
    problems = [problem for field in fields for problem in _problems(field)]
    problems += _repeated(fields)
    if len(fields) > MOST_FIELDS:
        problems.append(str(_l("A template has at most %(most)s fields.", most=MOST_FIELDS)))
    if problems:
        raise InvalidError(_l("The fields of the template do not fit yet."), {"fields": problems})


def _problems(field: Field) -> list[str]:
    name = field.label or field.key
    found: list[Message] = []
    if not field.label:
        found.append(_l("The field “%(field)s” needs a name.", field=field.key))
    if not KEY.match(field.key):
        found.append(
            _l("%(name)s: the key is lower-case letters, digits and _, beginning with a letter.", name=name)
        )
    if field.key in RESERVED:
        found.append(_l("%(name)s: the key “%(field)s” is taken by the pattern of the title.", name=name, field=field.key))  # fmt: skip
    if field.type not in TYPES:
        found.append(_l("%(name)s: choose a type.", name=name))
    if field.type == CHOICE and len(field.choices) < 2:  # noqa: PLR2004 - one is no choice
        found.append(_l("%(name)s: give at least two choices.", name=name))
    if field.type == TABLE and not field.columns:
        found.append(_l("%(name)s: give the table at least one column.", name=name))
    return [str(problem) for problem in found] + _column_problems(field)


def _column_problems(field: Field) -> list[str]:
    nested = any(column.type == TABLE for column in field.columns)
    problems = [str(_l("%(name)s: a column cannot be a table itself.", name=field.label))] if nested else []
    if len(field.columns) > MOST_COLUMNS:
        problems.append(str(_l("%(name)s: a table has at most %(most)s columns.", name=field.label, most=MOST_COLUMNS)))  # fmt: skip
    inner = [problem for column in field.columns if column.type != TABLE for problem in _problems(column)]
    return problems + inner + _repeated(field.columns)


def _repeated(fields: Sequence[Field]) -> list[str]:
    keys = [field.key for field in fields]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    return [str(_l("The key “%(field)s” is used twice.", field=key)) for key in twice]
