"""Counts what a piece of work asks of the database."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.factory import Portal


@contextmanager
def queries(source: Portal | Flask) -> Iterator[list[str]]:
    """The statements sent while the block runs, in order; of an application's requests or of a portal's sessions."""
    engine = _engine(source)
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _engine(source: Portal | Flask) -> Any:  # noqa: ANN401 - an engine of SQLAlchemy
    if isinstance(source, Flask):
        with source.app_context():
            return source.extensions["sqlalchemy"].engine
    return source.sessions.kw["bind"]
