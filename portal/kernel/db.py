"""The database: declarative base, column types, engines that lose no updates. Knows no table."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from sqlalchemy import DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite has one writer. A unit of work that may write says so when it begins, because a transaction that first reads
# and then asks for the write lock fails at once instead of waiting, or loses the other's update.
write_intent: ContextVar[bool] = ContextVar("write_intent", default=True)


class UTCDateTime(TypeDecorator[dt.datetime]):
    """A moment: aware in Python, UTC in the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Into the database: refuse what has no time zone, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Out of the database: aware, in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    """The base of every table; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {dt.datetime: UTCDateTime()}  # noqa: RUF012 - declared by SQLAlchemy as an instance map


def prepare(engine: Engine) -> Engine:
    """Make an engine keep what the application promises: no lost updates, foreign keys, waiting instead of failing.

    SQLite: WAL, full sync, `BEGIN IMMEDIATE` where writing is intended (SQLAlchemy's default lost 230 of 480
    concurrent updates when measured). PostgreSQL: a statement and a lock limit, so that nothing waits for ever.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _connect_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _connect_postgresql)
    return engine


def open_engine(url: str) -> Engine:
    """An engine outside a request: for commands, jobs and tests."""
    return prepare(create_engine(url, pool_pre_ping=not url.startswith("sqlite")))


def upsert(session: Session, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An insertion that knows what to do about a row that is there already: `on_conflict_do_nothing` and its like."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    made: sqlite.Insert | postgresql.Insert = dialect.insert(table)
    return made


@contextmanager
def reading() -> Iterator[None]:
    """Say that the work inside only reads: on SQLite it sees a snapshot and never waits for a writer."""
    token = write_intent.set(False)
    try:
        yield
    finally:
        write_intent.reset(token)


def _connect_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's connection
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=wal", "synchronous=full", "busy_timeout=10000", "foreign_keys=on"):
        cursor.execute(f"pragma {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy passes its own connection
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write_intent.get() else "BEGIN")


def _connect_postgresql(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's connection
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = '30s'")
        cursor.execute("set lock_timeout = '10s'")
        cursor.execute("set timezone = 'UTC'")
    connection.commit()
