"""Draws pages of untrusted PDFs in a child process with limits of time and memory."""

from __future__ import annotations

from pathlib import Path

from portal.platform.extraction.paper import drawn
from portal.platform.extraction.results import ExtractionRefused, Reason
from portal.platform.extraction.sandbox import prepare
from portal.platform.killable import KillableChild

LIMIT_S = 8.0
_PATIENCE_S = 30.0


def draw_page(path: Path, number: int) -> bytes:
    """A page of the PDF at *path* as a picture (WebP). `number` counts from 0.

    Raises:
        ExtractionRefused: there is no such page, or it cannot be drawn within the limits.
    """
    try:
        return _child.run(_draw, str(path.absolute()), number)
    except ExtractionRefused:
        raise
    except Exception as error:  # whatever a hostile file provokes, it ends as a refusal
        raise ExtractionRefused(Reason.BROKEN) from error


def _draw(path: str, number: int) -> bytes:
    return drawn(Path(path), number)


_child = KillableChild(prepare, limit_s=LIMIT_S, patience_s=_PATIENCE_S, jobs_per_child=200)
