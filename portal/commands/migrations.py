"""Bringing a database to the newest form, without a configuration file beside the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from portal.config import ROOT
from portal.kernel.db import open_engine

if TYPE_CHECKING:
    from sqlalchemy import Engine


def configuration(engine: Engine) -> Config:
    """What `migrations/env.py` is handed."""
    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations"))
    made.set_main_option("path_separator", "os")
    made.attributes["engine"] = engine
    return made


def migrate(url: str, revision: str = "head") -> None:
    """Run every migration that the database lacks; none when it is up to date."""
    engine = open_engine(url)
    try:
        command.upgrade(configuration(engine), revision)
    finally:
        engine.dispose()


def revisions(url: str) -> tuple[str | None, str | None]:
    """The revision at which a database stands, and the newest one."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
        return current, ScriptDirectory.from_config(configuration(engine)).get_current_head()
    finally:
        engine.dispose()
