"""Migrations give what the models say, on both databases, and can be gone back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from portal.commands.migrations import configuration, migrate, revisions
from portal.kernel.db import Base, open_engine

if TYPE_CHECKING:
    from sqlalchemy import Engine


def emptied(url: str) -> Engine:
    """The database of the test without the tables that its template brought."""
    engine = create_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("drop schema public cascade"))
            connection.execute(text("create schema public"))
        else:
            Base.metadata.drop_all(connection)
    return engine


@pytest.mark.databases
def test_up_down_up_without_drift(database: str) -> None:
    engine = emptied(database)
    migrate(database)
    command.check(configuration(engine))
    assert set(inspect(engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
    command.downgrade(configuration(engine), "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    migrate(database)
    current, newest = revisions(database)
    assert current == newest
    engine.dispose()


def test_there_is_one_head() -> None:
    engine = open_engine("sqlite://")
    assert len(ScriptDirectory.from_config(configuration(engine)).get_heads()) == 1
    engine.dispose()
