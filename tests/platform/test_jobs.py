"""Work that is put off: taken once, taken again when its worker is gone, given up after some attempts."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from portal.platform import jobs
from portal.platform.jobs import ATTEMPTS, DONE, FAILED, LEASE, QUEUED, RUNNING, Job, run_next
from tests import builders

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.factory import Portal
    from portal.people.models import User
    from tests.conftest import Moment

NAME = "count"


@pytest.fixture
def owner(any_portal: Portal, session: Session) -> User:
    del any_portal
    person = builders.person(session)
    session.commit()
    return person


def submit(session: Session, owner: User, **arguments: Any) -> int:  # noqa: ANN401 - JSON values
    job = jobs.submit(session, builders.actor_of(session, owner), NAME, **arguments)
    session.commit()
    return job.id


def state(session: Session, owner: User, job_id: int) -> Job:
    session.expire_all()
    found = jobs.find(session, builders.actor_of(session, owner), job_id)
    session.commit()
    assert found is not None
    return found


def failing(_sessions: object, _job: Job) -> None:
    raise RuntimeError("the disk is on fire")


def test_a_job_is_done_once_with_its_arguments(any_portal: Portal, session: Session, owner: User) -> None:
    job_id = submit(session, owner, files=["a", "b"])
    done: list[object] = []
    handlers = {NAME: lambda _sessions, job: done.append(job.arguments["files"])}
    assert run_next(any_portal.sessions, handlers)
    assert not run_next(any_portal.sessions, handlers)
    assert done == [["a", "b"]]
    job = state(session, owner, job_id)
    assert (job.state, job.attempts, job.leased_until, job.error) == (DONE, 1, None, "")


def test_jobs_are_taken_in_their_order(any_portal: Portal, session: Session, owner: User) -> None:
    ids = [submit(session, owner) for _ in range(3)]
    taken: list[int] = []
    while run_next(any_portal.sessions, {NAME: lambda _sessions, job: taken.append(job.id)}):
        pass
    assert taken == ids


def test_what_fails_is_tried_again_and_then_given_up(
    any_portal: Portal, session: Session, owner: User
) -> None:
    job_id = submit(session, owner)
    states = []
    while run_next(any_portal.sessions, {NAME: failing}):
        states.append(state(session, owner, job_id).state)
    assert states == [QUEUED] * (ATTEMPTS - 1) + [FAILED]
    assert state(session, owner, job_id).error == "the disk is on fire"


def test_what_succeeds_at_the_second_attempt_is_done(
    any_portal: Portal, session: Session, owner: User
) -> None:
    job_id = submit(session, owner)
    run_next(any_portal.sessions, {NAME: failing})
    run_next(any_portal.sessions, {NAME: lambda _sessions, _job: None})
    job = state(session, owner, job_id)
    assert (job.state, job.attempts, job.error) == (DONE, 2, "")


def test_a_job_of_an_unknown_name_fails_without_harm(
    any_portal: Portal, session: Session, owner: User
) -> None:
    job_id = submit(session, owner)
    for _ in range(ATTEMPTS):
        run_next(any_portal.sessions, {})
    assert state(session, owner, job_id).state == FAILED


def test_a_lease_that_runs_out_lets_the_next_one_take_it(
    any_portal: Portal, session: Session, owner: User, moment: Moment
) -> None:
    submit(session, owner)
    assert jobs._take(any_portal.sessions) is not None
    assert jobs._take(any_portal.sessions) is None
    moment.advance(LEASE)
    assert jobs._take(any_portal.sessions) is None
    moment.advance(dt.timedelta(seconds=1))
    again = jobs._take(any_portal.sessions)
    assert again is not None
    assert (again.attempts, again.leased_until) == (2, moment.now + LEASE)


def test_what_kills_its_workers_is_given_up(
    any_portal: Portal, session: Session, owner: User, moment: Moment
) -> None:
    job_id = submit(session, owner)
    for _ in range(ATTEMPTS):
        assert jobs._take(any_portal.sessions) is not None
        moment.advance(LEASE * 2)
    assert jobs._take(any_portal.sessions) is None
    assert state(session, owner, job_id).state == FAILED


def test_who_comes_back_too_late_changes_nothing(
    any_portal: Portal, session: Session, owner: User, moment: Moment
) -> None:
    """A worker that was away longer than its lease ends in an error while the next one is at work."""
    job_id = submit(session, owner)

    def slow(_sessions: object, _job: Job) -> None:
        moment.advance(LEASE * 2)
        assert jobs._take(any_portal.sessions) is not None
        raise RuntimeError("too late")

    run_next(any_portal.sessions, {NAME: slow})
    job = state(session, owner, job_id)
    assert (job.state, job.attempts, job.error) == (RUNNING, 2, "")


def test_the_lease_is_renewed_while_the_work_goes_on(
    any_portal: Portal, session: Session, owner: User, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = submit(session, owner)
    monkeypatch.setattr(jobs, "LEASE", dt.timedelta(milliseconds=30))
    renewed = threading.Event()

    def patient(_sessions: object, job: Job) -> None:
        moment.advance(dt.timedelta(hours=1))
        for _ in range(500):
            with any_portal.sessions() as opened:
                until = opened.scalar(select(Job.leased_until).where(Job.id == job.id))
            if until is not None and until > moment.now:
                renewed.set()
                return
            threading.Event().wait(0.01)

    run_next(any_portal.sessions, {NAME: patient})
    assert renewed.is_set()
    assert state(session, owner, job_id).state == DONE


def test_progress_is_seen_at_once(any_portal: Portal, session: Session, owner: User) -> None:
    job_id = submit(session, owner)
    seen: list[object] = []

    def telling(sessions: Any, job: Job) -> None:  # noqa: ANN401 - a factory of sessions
        jobs.report(sessions, job.id, {"done": 1, "total": 2})
        seen.append(state(session, owner, job_id).progress)

    run_next(any_portal.sessions, {NAME: telling})
    assert seen == [{"done": 1, "total": 2}]
    assert state(session, owner, job_id).progress == {"done": 1, "total": 2}


def test_two_workers_never_do_the_same_job(any_portal: Portal, session: Session, owner: User) -> None:
    ids = [submit(session, owner) for _ in range(12)]
    done: list[int] = []
    handlers = {NAME: lambda _sessions, job: done.append(job.id)}

    def work() -> None:
        while run_next(any_portal.sessions, handlers):
            pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work()
    assert sorted(done) == ids


def test_a_job_is_its_owners_alone(any_portal: Portal, session: Session, owner: User) -> None:
    del any_portal
    job_id = submit(session, owner)
    stranger = builders.person(session, "wangfang", "王芳")
    assert jobs.find(session, builders.actor_of(session, stranger), job_id) is None
    assert jobs.find(session, builders.actor_of(session, owner), job_id) is not None


def test_what_is_rolled_back_is_never_done(any_portal: Portal, session: Session, owner: User) -> None:
    jobs.submit(session, builders.actor_of(session, owner), NAME)
    session.rollback()
    assert not run_next(any_portal.sessions, {NAME: failing})
