"""The sign-ins of the demo company, offered on the sign-in page for as long as that company is loaded.

The loader writes them into the installation's folder; nothing but that file says that there is a demo.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILE = "demo.json"


@dataclass(frozen=True, slots=True)
class DemoSignIns:
    """The one password of the demo company and its people as (name, username, role)."""

    password: str = ""
    people: tuple[tuple[str, str, str], ...] = field(default_factory=tuple)


def read(folder: Path) -> DemoSignIns:
    """The sign-ins of the demo company; empty when it is not loaded."""
    try:
        found = json.loads((folder / FILE).read_text("utf-8"))
        people = tuple((str(name), str(username), str(role)) for name, username, role in found["people"])
        return DemoSignIns(str(found["password"]), people)
    except (OSError, ValueError, KeyError, TypeError):
        return DemoSignIns()


def write(folder: Path, password: str, people: Sequence[tuple[str, str, str]]) -> None:
    """Keep the sign-ins of the demo company that has just been loaded."""
    text = json.dumps({"password": password, "people": people}, ensure_ascii=False, indent=1)
    (folder / FILE).write_text(text, "utf-8")
