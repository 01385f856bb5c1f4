"""One follower for each index: a lock on a file of the data folder, which falls when its holder dies."""

from __future__ import annotations

import fcntl
import logging
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from portal.kernel.db import reading
from portal.platform.search import queue
from portal.platform.search.engine import IndexDamaged

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator
    from pathlib import Path

    from portal.factory import Portal

WAIT_S = 1.0
POLL_S = 0.05
PATIENCE_S = 60.0

log = logging.getLogger(__name__)


@contextmanager
def lead(folder: Path, stop: threading.Event) -> Iterator[bool]:
    """Wait until no other worker leads, then lead while the block runs; False when told to stop before that."""
    told = False
    while not stop.is_set():
        with lead_now(folder) as leads:
            if leads:
                yield True
                return
        if not told:
            log.warning("another worker looks after this index; this one waits for its turn")
        told = True
        stop.wait(WAIT_S)
    yield False


@contextmanager
def lead_now(folder: Path) -> Iterator[bool]:
    """Lead while the block runs, if nobody else does; whether that is so."""
    handle = os.open(folder / "worker.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        leads = True
    except BlockingIOError:
        leads = False
    try:
        yield leads
    finally:
        os.close(handle)


def bring_up_to_date(portal: Portal) -> None:
    """See that the index holds all that has been committed until now, by one's own hands or by the running worker's.

    Raises:
        click.ClickException: the worker does not get there within a minute.
    """
    with reading(), portal.sessions() as session:
        newest = queue.last(session)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with lead_now(portal.settings.data) as leads:
            if leads:
                portal.follower.catch_up()
                return
        if _has_reached(portal, newest):
            return
        time.sleep(POLL_S)
    raise click.ClickException(
        "The worker has not brought the index up to date within a minute. See: portal index status"
    )


def _has_reached(portal: Portal, newest: int) -> bool:
    try:
        return portal.engine.cursor() >= newest
    except IndexDamaged:
        return False
