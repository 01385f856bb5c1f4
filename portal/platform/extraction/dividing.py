"""The text of a file in parts that have names (pages, sheets, slides), as much of it as one may take.

It knows no format: the readers give one part after the other, and stop when they have been told that it is enough.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from portal.kernel.typed import storable

MAX_PARTS = 500
MAX_CHARACTERS = 2_000_000
MAX_SECONDS = 7.0
"""A reader that has taken so long hands over what it has, before it is killed with nothing."""

Limit: TypeAlias = Literal["", "parts", "characters", "seconds"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its name where it has one of its own, what it says, and its size where it can be drawn."""

    label: str
    text: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that were read, how many there are in all, and the limit that was reached, if any."""

    parts: tuple[Part, ...]
    total: int
    limit: Limit = ""

    @property
    def has_text(self) -> bool:
        """Whether there is a single word in it."""
        return any(part.text.strip() for part in self.parts)


@dataclass(slots=True)
class Taking:
    """Takes parts until a limit is reached."""

    parts: list[Part] = field(default_factory=list)
    left: int = MAX_CHARACTERS
    ends: float = field(default_factory=lambda: time.monotonic() + MAX_SECONDS)
    limit: Limit = ""

    def is_enough(self) -> bool:
        """Whether to stop; asked before each part, and now and then within a long one."""
        if not self.limit and len(self.parts) >= MAX_PARTS:
            self.limit = "parts"
        if not self.limit and self.left <= 0:
            self.limit = "characters"
        if not self.limit and time.monotonic() > self.ends:
            self.limit = "seconds"
        return bool(self.limit)

    def take(self, label: str, text: str, width: int = 0, height: int = 0) -> None:
        """One part more, cut off where it is too much."""
        text = storable(text).strip()
        if len(text) > self.left:
            self.limit = "characters"
        kept = text[: max(self.left, 0)]
        self.left -= len(kept)
        self.parts.append(Part(storable(label)[:100], kept, width, height))

    def result(self, total: int) -> Parts:
        """What was taken, of so many parts."""
        return Parts(tuple(self.parts), max(total, len(self.parts)), self.limit)
