"""The one place that asks for the time. Services never do: they take it from the actor."""

from __future__ import annotations

import datetime as dt


def now() -> dt.datetime:
    """The present moment, aware, in UTC."""
    return dt.datetime.now(dt.UTC)
