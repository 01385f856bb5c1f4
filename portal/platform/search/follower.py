"""Keeps an index in step with the change log; the index itself remembers how far it has come.

Killed at any moment it goes on where the index's last commit ended. An index that is damaged, or that does not belong
to this database, is built anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from portal.kernel.db import reading
from portal.platform.search import queue
from portal.platform.search.engine import IndexDamaged

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

    from portal.platform.search.engine import Change, Engine, Entry

BATCH = 200

log = logging.getLogger(__name__)

Load = Callable[["Session", Sequence[int]], "list[Change]"]
Everything = Callable[["Session"], "Iterator[Entry]"]


class Follower:
    """Drains the change log into one engine.

    Args:
        sessions: opens sessions on the database.
        engine: the engine to feed; this process is its only writer.
        load: reads items as changes.
        everything: reads all entries, for building from nothing.
    """

    def __init__(
        self, sessions: sessionmaker[Session], engine: Engine, load: Load, everything: Everything
    ) -> None:
        self.sessions = sessions
        self.engine = engine
        self.load = load
        self.everything = everything

    def catch_up(self) -> int:
        """Apply all that has changed; the number of items brought up to date."""
        try:
            cursor = self.engine.cursor()
        except IndexDamaged:
            log.warning("the index is damaged and is built anew")
            return self.rebuild()
        if self._is_foreign(cursor):
            log.warning("the index does not belong to this database and is built anew")
            return self.rebuild()
        return self._drain()

    def rebuild(self, progress: Callable[[int], None] | None = None) -> int:
        """Build the index from the database beside the live one; the number of entries."""
        done = 0

        def count(number: int) -> None:
            nonlocal done
            done = number
            if progress:
                progress(number)

        with reading(), self.sessions() as session:
            cursor = queue.last(session)
            self.engine.rebuild(self.everything(session), cursor, count)
        return done

    def _drain(self) -> int:
        done = 0
        while loaded := self._next_batch():
            changes, upto = loaded
            self.engine.apply(changes, upto)
            done += len(changes)
        return done

    def _next_batch(self) -> tuple[list[Change], int] | None:
        """What to apply next. The cursor is asked for anew each time: a rebuild beside us may have moved it."""
        with reading(), self.sessions() as session:
            changes = queue.since(session, self.engine.cursor(), BATCH)
            if not changes:
                return None
            ids = list(dict.fromkeys(item_id for _, item_id in changes))
            return self.load(session, ids), changes[-1][0]

    def _is_foreign(self, cursor: int) -> bool:
        """Whether the index has seen changes that this database never made, or missed some that were trimmed."""
        with reading(), self.sessions() as session:
            first, last = queue.span(session)
        return cursor > (last or 0) or cursor < (first or 1) - 1
