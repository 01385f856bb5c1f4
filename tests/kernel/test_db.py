"""Moments, transactions and names of constraints."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from portal.kernel.db import Base, open_engine, reading, write_intent
from portal.platform.audit import AuditRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.factory import Portal

READ = "select actor_id from audit"


def row(at: dt.datetime) -> AuditRow:
    return AuditRow(at=at, actor_id=1, act="tested", subject="user:1", data={}, mac="0" * 64)


@pytest.mark.databases
def test_a_moment_comes_back_aware_and_in_utc(session: Session) -> None:
    shanghai = dt.datetime(2026, 11, 11, 0, 30, 1, 234567, tzinfo=ZoneInfo("Asia/Shanghai"))
    stored = row(shanghai)
    session.add(stored)
    session.commit()
    session.refresh(stored)
    assert stored.at == shanghai
    assert stored.at.tzinfo is not None
    assert stored.at.utcoffset() == dt.timedelta(0)


@pytest.mark.databases
def test_a_moment_without_a_zone_is_refused(session: Session) -> None:
    session.add(row(dt.datetime(2026, 11, 11)))  # noqa: DTZ001 - the point of the test
    with pytest.raises(StatementError, match="time zone"):
        session.flush()


@pytest.mark.databases
def test_no_update_is_lost(any_portal: Portal) -> None:
    with any_portal.sessions.begin() as session:
        session.add(row(dt.datetime(2026, 1, 1, tzinfo=dt.UTC)))

    def add() -> None:
        for _ in range(15):
            with any_portal.sessions.begin() as session:
                number = session.scalar(text(READ + locking(any_portal)))
                session.execute(text("update audit set actor_id = :number"), {"number": (number or 0) + 1})

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with any_portal.sessions() as session:
        assert session.scalar(text("select actor_id from audit")) == 61


def locking(portal: Portal) -> str:
    return "" if portal.settings.url.startswith("sqlite") else " for update"


def test_reading_goes_on_while_somebody_writes(portal: Portal) -> None:
    with portal.sessions() as writer:
        writer.execute(text("insert into posts (code, name, name_en) values ('a', 'a', 'a')"))
        with reading(), portal.sessions() as reader:
            assert reader.scalar(text("select count(*) from posts")) == 0
        writer.commit()
        with reading(), portal.sessions() as reader:
            assert reader.scalar(text("select count(*) from posts")) == 1


def test_the_intent_to_read_ends_with_its_block() -> None:
    with reading():
        assert not write_intent.get()
    assert write_intent.get()


def test_an_sqlite_file_keeps_what_was_promised(sqlite: str) -> None:
    engine = open_engine(sqlite)
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_postgresql_lets_nothing_wait_for_ever(postgresql: str) -> None:
    engine = open_engine(postgresql)
    with engine.connect() as connection:
        limits = [
            connection.exec_driver_sql(f"show {name}").scalar()
            for name in ("statement_timeout", "lock_timeout")
        ]
    engine.dispose()
    assert limits == ["30s", "10s"]


def test_every_constraint_has_a_name_that_a_migration_can_call() -> None:
    nameless = [
        (table.name, type(constraint).__name__)
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
        if not constraint.name
    ]
    assert nameless == []
