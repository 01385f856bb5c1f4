"""Requests whose texts a database can hold: nobody types NUL or half a character, and PostgreSQL refuses to look for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.utils import cached_property

from portal.kernel.typed import storable

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.datastructures import MultiDict


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


def _storable(values: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict((storable(name), storable(value)) for name, value in values.items(multi=True))
