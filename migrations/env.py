"""Runs migrations on the database that a command, a test or the environment names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from alembic import context

from portal import catalogue, config
from portal.kernel.db import UTCDateTime, open_engine

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext
    from sqlalchemy import Connection


# The catalogue brings in every model; without it autogenerate would see tables to drop.
METADATA = next(iter(catalogue.KINDS)).model.metadata


def render(kind: str, thing: object, _autogen: AutogenContext) -> str | Literal[False]:
    """Migrations must not change when the application's own column types do."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UTCDateTime) else False


def run() -> None:
    engine = context.config.attributes.get("engine") or open_engine(config.read().url)
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            _check_foreign_keys(connection, "off")
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=True,
            compare_type=True,
            render_item=render,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if is_sqlite:
            _check_foreign_keys(connection, "on")


def _check_foreign_keys(connection: Connection, wanted: str) -> None:
    """A table that is copied and dropped would take along what refers to it; the switch works outside transactions only."""
    raw = connection.connection.dbapi_connection
    if raw is not None:
        raw.execute(f"pragma foreign_keys={wanted}")


run()
