"""Work on untrusted input in a child process that can be killed: one warm child, one job at a time.

It knows processes and time, and nothing of what the work is. A job's limit starts when the child takes it up, so that
neither the child's start nor the job before it is counted; how long a caller waits in the queue has its own limit.
"""

from __future__ import annotations

import atexit
import os
import signal
import threading
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


class OutOfTimeError(Exception):
    """The work took longer than its limit, or the queue before it longer than the patience of its caller."""


class ChildDiedError(Exception):
    """The child ended without an answer.

    Args:
        signal_number: what ended it, 0 when it left by itself.
    """

    def __init__(self, signal_number: int = 0) -> None:
        super().__init__(f"child ended by signal {signal_number}")
        self.signal_number = signal_number


class KillableChild:
    """A child process that survives its own death: the next job finds a fresh one.

    The child starts with the first job, and anew in each process that uses the object (a server forks its workers
    after importing it). Threads may share it.

    Args:
        prepare: called in the child before its first job; imports and resource limits belong here.
        limit_s: seconds for one job.
        patience_s: seconds that a caller waits in all, for the jobs before its own and for a child to start.
        jobs_per_child: after so many jobs the child is replaced, which gives its memory back.
    """

    def __init__(
        self, prepare: Callable[[], None], *, limit_s: float, patience_s: float, jobs_per_child: int = 500
    ) -> None:
        self._prepare = prepare
        self._limit_s = limit_s
        self._patience_s = patience_s
        self._jobs_per_child = jobs_per_child
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._owner = 0
        os.register_at_fork(after_in_child=self._forget)
        atexit.register(self.close)

    def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return ``work(*args, **kwargs)`` as computed in the child; what it raises is raised here.

        Raises:
            OutOfTimeError: the job was killed for its time, or never got its turn.
            ChildDiedError: the child crashed or could not be started.
        """
        try:
            job = self._current_pool().schedule(work, args=args, kwargs=kwargs, timeout=self._limit_s)
        except RuntimeError as error:
            raise ChildDiedError from error
        try:
            return job.result(timeout=self._patience_s)
        except (FutureTimeoutError, CancelledError) as error:
            job.cancel()  # type: ignore[no-untyped-call] # pebble
            raise OutOfTimeError from error
        except ProcessExpired as error:
            raise ChildDiedError(abs(min(error.exitcode or 0, 0))) from error
        except BrokenProcessPool as error:
            self.close()
            raise ChildDiedError from error

    def close(self) -> None:
        """Kill the child and whatever it is doing. The object stays usable."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None and self._owner == os.getpid():
            pool.stop()  # type: ignore[no-untyped-call] # pebble
            pool.join(timeout=2)

    def _current_pool(self) -> ProcessPool:
        with self._lock:
            if self._pool is None or not self._pool.active:
                self._pool = self._new_pool()
                self._owner = os.getpid()
            return self._pool

    def _new_pool(self) -> ProcessPool:
        # Spawned, because forking a process with threads and open databases copies locks nobody will open.
        return ProcessPool(
            max_workers=1,
            max_tasks=self._jobs_per_child,
            initializer=self._prepare,
            context=get_context("spawn"),
        )

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._pool = None


def die_at_once() -> None:
    """Let a kill end this child at once: by default it would first tidy up in Python, which a stuck parser never does."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
