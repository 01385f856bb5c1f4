"""Doing things at the same moment, each in a session and a transaction of its own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from portal.factory import Portal

PATIENCE_S = 60


def at_once(portal: Portal, acts: Sequence[Callable[[Session], object]]) -> list[object]:
    """Do all acts at once; what each has given back, or the exception that ended it."""
    start = threading.Barrier(len(acts))
    outcomes: list[object] = [None] * len(acts)

    def do(place: int) -> None:
        start.wait(PATIENCE_S)
        try:
            with portal.sessions.begin() as session:
                outcomes[place] = acts[place](session)
        except Exception as error:  # noqa: BLE001 - the test looks at what it was
            outcomes[place] = error

    threads = [threading.Thread(target=do, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    return outcomes
