"""The command line on an installation of its own, called in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from portal import config
from portal.cli import main
from portal.commands.migrations import migrate
from portal.factory import Portal
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Run = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder that the environment names; nothing is in it."""
    for spec in config.Settings.__dataclass_fields__.values():
        monkeypatch.delenv(spec.metadata["env"], raising=False)
    folder = tmp_path / "data"
    monkeypatch.setenv("PORTAL_DATA", str(folder))
    return folder


@pytest.fixture
def run(data: Path) -> Run:
    """Call `portal` with some arguments."""
    del data
    return lambda *arguments, **options: CliRunner().invoke(
        main, [str(each) for each in arguments], **options
    )


@pytest.fixture
def company(data: Path) -> Iterator[Portal]:
    """A company of three with one space; Wang Hua reads there and does not write."""
    data.mkdir()
    portal = Portal(config.read())
    migrate(portal.settings.url)
    with portal.sessions.begin() as session:
        author = builders.person(session, "liming")
        builders.person(session, "wanghua", "王华")
        builders.space(session, editors=[author], is_open=False)
    yield portal
    portal.sessions.kw["bind"].dispose()
