"""Requests whose values a database can hold, without NUL, half characters and numbers larger than any column.

Nobody types such values, and databases refuse to look for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.utils import cached_property

from portal.kernel.typed import number, storable

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.datastructures import MultiDict


class Values(ImmutableMultiDict[str, str]):
    """Values of an address or a form. Asked for as `int`, no number is larger than a column holds."""

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]  # noqa: A002, ANN401 - as the class above
        """The first value of a name, turned into a type; the default when it is missing or does not fit."""
        return super().get(key, default, number if type is int else type)


class StorableRequest(Request):
    """A request that leaves out what cannot be stored, wherever it stands in the address or in a form."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The query of the address."""
        return _storable(super().args)

    @cached_property
    def form(self) -> ImmutableMultiDict[str, str]:
        """The fields of a form."""
        return _storable(super().form)


def install(app: Flask) -> None:
    """Let the application read its requests so."""
    app.request_class = StorableRequest


def _storable(values: MultiDict[str, str]) -> Values:
    return Values((storable(name), storable(value)) for name, value in values.items(multi=True))
