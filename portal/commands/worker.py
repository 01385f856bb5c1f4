"""`portal worker`: keeps the search index in step with the database and does the work that was put off."""

from __future__ import annotations

import datetime as dt
import functools
import logging
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import click
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from portal.commands.leading import lead
from portal.commands.speaking import database_trouble, open_portal, plainly
from portal.config import Settings
from portal.content import files
from portal.content.attachments import reading as attachments
from portal.content.attachments.services import JOB as READ_ATTACHMENT
from portal.content.attachments.sweeping import sweep
from portal.content.drafts.expiring import expire
from portal.content.must_reads import routine as must_reads
from portal.content.notices import outbox, sending
from portal.content.retired import scanning as retired
from portal.content.verification.reminding import look_after as verification
from portal.content.watching.following import tell_followers
from portal.content.watching.searches import tell_searchers
from portal.features.documents.binning import services as binning
from portal.features.documents.exports import jobs as exports
from portal.features.documents.imports import jobs as imports
from portal.features.documents.reviews import reminding as requests
from portal.features.search.queries import resolve
from portal.kernel import clock
from portal.kernel.db import reading
from portal.platform import jobs
from portal.platform.jobs import QUEUED, RUNNING, Job
from portal.platform.search import queue
from portal.platform.search.engine import IndexBusy

if TYPE_CHECKING:
    from portal.factory import Portal
    from portal.platform.jobs import Handler

BEAT_S = 0.1
FULL_LOOK_S = 10.0
"""How often the index itself is looked at although nothing has changed: somebody may have removed or rebuilt it."""
JOB_BEAT_S = 0.5
ROUTINE_BEAT_S = 30.0
LONGEST_PAUSE_S = 10.0
GOODBYE_S = 8.0
KEPT_CHANGES = 10_000

Routine = Callable[[sessionmaker[Session], Settings, dt.datetime], None]

# What is looked after again and again. Each finds by itself what is due, from the database and the moment given to it, and bears
# being called at any time and by two workers at once.
ROUTINES: dict[str, Routine] = {
    "unfinished texts": expire,
    "followers": tell_followers,
    "searches": functools.partial(tell_searchers, resolve=resolve),
    "verification": verification,
    "requests": requests.look_after,
    "outbox": outbox.gather,
    "mail": sending.send,
    "old notices": outbox.tidy,
    "attachments": sweep,
    "must-reads": must_reads.run,
    "bin": binning.purge_due,
    "discarded files": files.sweep,
    "archives": exports.sweep,
}

log = logging.getLogger(__name__)


@click.command("worker")
@plainly
def command() -> None:
    """Keep the search index in step and do what was put off, until told to stop."""
    portal = open_portal()
    logging.getLogger().setLevel(logging.INFO)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    with lead(portal.settings.data, stop) as leads:
        if leads:
            Worker(portal, stop).run()


class Worker:
    """The two loops of a worker, side by side, so that a long import does not keep new documents from being found."""

    def __init__(self, portal: Portal, stop: threading.Event) -> None:
        self.portal, self.stop = portal, stop
        self.seen = -1
        self.looked_s = 0.0

    def run(self) -> None:
        """Work until `stop` is set."""
        doing = threading.Thread(
            target=self._repeat, args=(self.do_job, JOB_BEAT_S), name="jobs", daemon=True
        )
        doing.start()
        keeping = threading.Thread(
            target=self._repeat, args=(self.do_routines, ROUTINE_BEAT_S), name="routines", daemon=True
        )
        keeping.start()
        log.info("the worker has begun")
        self._repeat(self.follow, BEAT_S)
        doing.join(GOODBYE_S)
        keeping.join(GOODBYE_S)
        log.info("the worker has ended")

    def follow(self) -> bool:
        """Bring the index up to date when something has changed; whether there is more to do at once."""
        with reading(), self.portal.sessions() as session:
            newest = queue.last(session)
        self.looked_s += BEAT_S
        if newest != self.seen or self.looked_s >= FULL_LOOK_S:
            self.portal.follower.catch_up()
            self.looked_s = 0.0
            self._forget(newest)
        self.seen = newest
        return False

    def do_job(self) -> bool:
        """Do one piece of work that was put off; whether there was one."""
        with reading(), self.portal.sessions() as session:
            # Taking one asks for SQLite's write lock, which an idle worker has no business with.
            open_jobs = select(Job.id).where(Job.state.in_((QUEUED, RUNNING))).limit(1)
            if session.scalar(open_jobs) is None:
                return False
        return jobs.run_next(self.portal.sessions, handlers(self.portal, self.stop.is_set))

    def do_routines(self) -> bool:
        """Do what is due by now; one that fails keeps none of the others from their turn."""
        for name, routine in ROUTINES.items():
            try:
                routine(self.portal.sessions, self.portal.settings, clock.now())
            except Exception as error:
                log.error("%s: %s", name, trouble(error), exc_info=_unexpected(error))  # noqa: TRY400
        return False

    def _forget(self, newest: int) -> None:
        """Trim the change log now and then; what stays lets an index that fell behind go on."""
        if newest // KEPT_CHANGES != self.seen // KEPT_CHANGES:
            with self.portal.sessions.begin() as session:
                queue.trim(session, newest - KEPT_CHANGES)

    def _repeat(self, act: Callable[[], bool], beat_s: float) -> None:
        """Call again and again. Whatever fails is tried again, ever more slowly while it keeps failing."""
        pause_s = beat_s
        while not self.stop.is_set():
            try:
                pause_s = 0.0 if act() else beat_s
            except Exception as error:
                pause_s = min(max(pause_s * 2, 0.5), LONGEST_PAUSE_S)
                log.error("%s; trying again in %.1f s", trouble(error), pause_s, exc_info=_unexpected(error))  # noqa: TRY400
            self.stop.wait(pause_s)


def trouble(error: Exception) -> str:
    """What went wrong, in a sentence where it can be expected to."""
    return database_trouble(error) if isinstance(error, DBAPIError) else str(error) or type(error).__name__


def _unexpected(error: Exception) -> Exception | None:
    """The error itself where its trace tells more than its sentence."""
    return None if isinstance(error, DBAPIError | IndexBusy) else error


def handlers(portal: Portal, is_stopping: Callable[[], bool]) -> dict[str, Handler]:
    """What is done with each name of job."""
    return {
        imports.NAME: imports.handler(portal.settings, is_stopping),
        exports.NAME: exports.handler(portal.settings, is_stopping),
        READ_ATTACHMENT: attachments.handler(portal.settings),
        retired.SCAN: retired.handler(portal.settings),
    }
