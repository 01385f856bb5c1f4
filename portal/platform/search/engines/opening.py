"""Opening the engine that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.platform.search.engines.whoosh import WhooshEngine

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from portal.platform.search.engine import Engine

ENGINES = {"whoosh": WhooshEngine}


def open_engine(name: str, path: Path, zone: ZoneInfo) -> Engine:
    """An engine over a private folder; days and years begin in the given time zone.

    Raises:
        ValueError: there is no engine of that name.
    """
    if name not in ENGINES:
        raise ValueError(f"PORTAL_SEARCH_ENGINE={name!r} is unknown; there are: {', '.join(ENGINES)}")
    return ENGINES[name](path, zone=zone)
