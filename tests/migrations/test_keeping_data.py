"""Migrations and models say the same, down to every index; going back and forth keeps what it can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from portal.commands.migrations import configuration, migrate, revisions
from portal.factory import Portal
from portal.kernel.db import Base, open_engine
from tests import builders
from tests.builders.attachments import attachment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.databases


@pytest.fixture
def modelled(database: str) -> Iterator[Engine]:
    """A database whose tables the models have made."""
    engine = open_engine(database)
    yield engine
    engine.dispose()


@pytest.fixture
def migrated(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Another database on the same kind of server, made by migrations alone."""
    if database.startswith("sqlite"):
        url, server = f"sqlite:///{tmp_path / 'migrated.db'}", None
    else:
        server = request.getfixturevalue("postgres")
        server.execute("drop database if exists migrated with (force)")
        server.execute("create database migrated")
        url = server.url("migrated")
    migrate(url)
    engine = open_engine(url)
    yield engine
    engine.dispose()
    if server:
        server.execute("drop database migrated with (force)")


def described(engine: Engine) -> dict[str, Any]:
    """Every table with its columns, keys and indexes, as the database itself tells them."""
    looked = inspect(engine)
    tables = [name for name in looked.get_table_names() if name != "alembic_version"]
    return {name: _table(looked, name) for name in tables}


def _table(looked: Any, name: str) -> dict[str, Any]:  # noqa: ANN401 - an inspector
    columns = {c["name"]: (str(c["type"]), c["nullable"]) for c in looked.get_columns(name)}
    foreign = {
        (key["name"], *key["constrained_columns"], key["referred_table"], str(key["options"]).lower())
        for key in looked.get_foreign_keys(name)
    }
    indexes = {(i["name"], tuple(i["column_names"]), bool(i["unique"])) for i in looked.get_indexes(name)}
    unique = {(u["name"], tuple(u["column_names"])) for u in looked.get_unique_constraints(name)}
    primary = looked.get_pk_constraint(name)["constrained_columns"]
    return {"columns": columns, "foreign": foreign, "indexes": indexes, "unique": unique, "primary": primary}


def test_migrations_and_models_do_not_differ(migrated: Engine) -> None:
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_both_ways_lead_to_the_same_tables_and_indexes(modelled: Engine, migrated: Engine) -> None:
    by_models, by_migrations = described(modelled), described(migrated)
    assert set(by_models) == set(by_migrations)
    assert [name for name in by_models if by_models[name] != by_migrations[name]] == []


def test_numbers_are_never_given_twice(migrated: Engine) -> None:
    """Ids are not reused: SQLite has to be told so for each table."""
    if migrated.dialect.name != "sqlite":
        return
    with migrated.connect() as connection:
        rows = connection.execute(text("select name, sql from sqlite_master where type = 'table'")).all()
    counting = {name for name, sql in rows if sql and "AUTOINCREMENT" in sql}
    assert {"items", "users", "spaces", "changes", "jobs", "audit", "departments"} <= counting


def test_a_portal_lives_in_a_migrated_database(migrated: Engine, settings: Any) -> None:  # noqa: ANN401 - Settings
    url = migrated.url.render_as_string(hide_password=False)
    portal = Portal(type(settings)(data=settings.data, database_url=url, secret_key="0" * 64))
    with portal.sessions.begin() as session:
        author = builders.person(session)
        document = builders.document(session, author, builders.space(session), tags=["轮胎"])
        builders.reply(session, author, document)
    assert portal.follower.catch_up() > 0
    assert [row[0] for row in portal.engine.stored()]
    migrate(url)
    with portal.sessions() as session:
        assert session.scalar(text("select count(*) from revisions")) == 2
    portal.engine.close()
    portal.sessions.kw["bind"].dispose()


def test_one_step_back_and_forth_keeps_the_data(migrated: Engine, settings: Any) -> None:  # noqa: ANN401 - Settings
    """From the second revision on; going back before the first takes everything along."""
    config = configuration(migrated)
    script = ScriptDirectory.from_config(config)
    url = migrated.url.render_as_string(hide_password=False)
    portal = Portal(type(settings)(data=settings.data, database_url=url, secret_key="0" * 64))
    with portal.sessions.begin() as session:
        builders.document(session, builders.person(session), builders.space(session), "留下来")
    portal.sessions.kw["bind"].dispose()
    is_first = script.get_revision("head").down_revision is None
    command.downgrade(config, "base" if is_first else "-1")
    migrate(url)
    assert revisions(url)[0] == script.get_current_head()
    with migrated.connect() as connection:
        titles = connection.execute(text("select title from items where kind = 'document'")).scalars().all()
    assert titles == ([] if is_first else ["留下来"])


def test_before_the_life_of_a_document_nothing_is_left_of_kinds_that_nobody_knows(
    migrated: Engine,
    settings: Any,  # noqa: ANN401 - Settings
) -> None:
    url = migrated.url.render_as_string(hide_password=False)
    portal = Portal(type(settings)(data=settings.data, database_url=url, secret_key="0" * 64))
    with portal.sessions.begin() as session:
        author = builders.person(session)
        document = builders.document(session, author, builders.space(session), "留下来", state="draft")
        attachment(portal, session, author, document)
        document.state = "in_review"
    portal.sessions.kw["bind"].dispose()
    command.downgrade(configuration(migrated), "4c1f0a6d2b7e")
    with migrated.connect() as connection:
        items = connection.execute(text("select kind, state from items where kind <> 'person'")).all()
        entries = connection.execute(text("select count(*) from timeline where verb = 'attached'")).scalar()
    assert ([tuple(row) for row in items], entries) == ([("document", "draft")], 0)
    migrate(url)


def test_migrating_twice_changes_nothing(migrated: Engine) -> None:
    before = described(migrated)
    migrate(migrated.url.render_as_string(hide_password=False))
    assert described(migrated) == before
