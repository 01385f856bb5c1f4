"""The register of work that can wait for somebody, filled by `catalogue.py`; each part of the product counts its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from portal.kernel.actor import Actor
from portal.kernel.messages import Message


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work.

    Args:
        label: what is to be done.
        icon: name of its drawing.
        endpoint: page on which it is done.
        count: how much of it waits for somebody, in items that they may read; one statement.
        arguments: of the page's address.
    """

    label: Message
    icon: str
    endpoint: str
    count: Callable[[Session, Actor], int]
    arguments: Mapping[str, Any] = field(default_factory=dict)


WORK: list[Work] = []


def register(work: Iterable[Work]) -> None:
    """Fill the register."""
    WORK[:] = work
