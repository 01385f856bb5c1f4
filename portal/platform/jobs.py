"""Work that is done after the commit: rows written inside the transaction, taken by workers under a lease.

A worker that dies leaves a lease that runs out, and the next one takes the job again; handlers must therefore bear
being called twice. See ADR 0004 for why no broker stands beside the database.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, String, Text, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker

from portal.kernel import clock
from portal.kernel.db import Base

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Update

    from portal.kernel.actor import Actor

LEASE = dt.timedelta(seconds=30)
ATTEMPTS = 3
QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"

log = logging.getLogger(__name__)


class Job(Base):
    """One piece of work. `progress` is what its page shows: done, total, rows."""

    __tablename__ = "jobs"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=QUEUED, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[dt.datetime | None]
    progress: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[dt.datetime]


Handler = Callable[["sessionmaker[Session]", Job], None]
Sessions = sessionmaker[Session]


def submit(session: Session, actor: Actor, name: str, **arguments: Any) -> Job:  # noqa: ANN401 - JSON values
    """Ask for a piece of work; it begins after the transaction has been committed."""
    job = Job(name=name, arguments=arguments, owner_id=actor.user_id, created_at=actor.now)
    session.add(job)
    session.flush()
    return job


def find(session: Session, actor: Actor, job_id: int) -> Job | None:
    """The actor's own job."""
    return session.scalar(select(Job).where(Job.id == job_id, Job.owner_id == actor.user_id))


def report(sessions: Sessions, job_id: int, progress: dict[str, Any]) -> None:
    """Store what the job's page shows, at once."""
    with sessions.begin() as session:
        session.execute(update(Job).where(Job.id == job_id).values(progress=progress))


def run_next(sessions: Sessions, handlers: dict[str, Handler]) -> bool:
    """Take one waiting or abandoned job and do it; whether there was one."""
    job = _take(sessions)
    if job is None:
        return False
    state, error = DONE, ""
    with _heartbeat(sessions, job):
        try:
            handlers[job.name](sessions, job)
        except Exception as failure:
            log.exception("job %s %s failed", job.id, job.name)
            state, error = (FAILED if job.attempts >= ATTEMPTS else QUEUED), str(failure)
    with sessions.begin() as session:
        session.execute(_held(job).values(state=state, error=error, leased_until=None))
    return True


def _take(sessions: Sessions) -> Job | None:
    now = clock.now()
    free = or_(Job.state == QUEUED, (Job.state == RUNNING) & (Job.leased_until < now))
    with sessions(expire_on_commit=False) as session, session.begin():
        job = session.scalar(
            select(Job).where(free).order_by(Job.id).limit(1).with_for_update(skip_locked=True)
        )
        if job is None:
            return None
        job.state, job.attempts, job.leased_until = RUNNING, job.attempts + 1, now + LEASE
        if job.attempts > ATTEMPTS:
            job.state = FAILED
            return None
    return job


def _held(job: Job) -> Update:
    """Change a job as the one who has it: whoever was away for longer than the lease has lost it to the next attempt."""
    return update(Job).where(Job.id == job.id, Job.state == RUNNING, Job.attempts == job.attempts)


@contextmanager
def _heartbeat(sessions: Sessions, job: Job) -> Iterator[None]:
    """Keep the lease alive while the work inside goes on."""
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(LEASE.total_seconds() / 3):
            try:
                with sessions.begin() as session:
                    session.execute(_held(job).values(leased_until=clock.now() + LEASE))
            except SQLAlchemyError:
                log.exception("the lease of job %s could not be renewed; trying again", job.id)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
