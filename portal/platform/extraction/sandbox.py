"""Reads untrusted files in a child process with limits of time, processor, memory, files and network.

One warm child reads many files, because its start costs more than most files do; it is replaced when it was killed and
after a number of files. This module knows limits and how the child can die, not formats.
"""

from __future__ import annotations

import ctypes
import os
import resource
import stat
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from portal.platform.extraction.parts import divided
from portal.platform.extraction.readers import read_bytes
from portal.platform.extraction.results import Extracted, ExtractionRefused, Reason
from portal.platform.killable import ChildDiedError, KillableChild, OutOfTimeError, die_at_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal.platform.extraction.dividing import Parts
    from portal.platform.extraction.formats import Format

P = ParamSpec("P")
T = TypeVar("T")

MAX_FILE_BYTES = 50 * 1024 * 1024
LIMIT_S = 10.0
CPU_S = 10
MEMORY_BYTES = 512 * 1024 * 1024
_PATIENCE_S = 40.0
_FILES_PER_CHILD = 100

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_M_ARENA_MAX = -8
_SIGABRT, _SIGKILL, _SIGXCPU = 6, 9, 24


def read_file(path: Path, name: str = "", max_bytes: int = MAX_FILE_BYTES) -> Extracted:
    """Read the file at *path*.

    Args:
        path: where it is stored; need not tell its type.
        name: what its owner calls it; used for its title and to tell Markdown from plain text.
        max_bytes: larger files are refused unread.

    Raises:
        ExtractionRefused: with the reason. Nothing else is raised, whatever the file holds.
    """
    _check(path, max_bytes)
    return _guarded(_read, str(path.absolute()), name or path.name)


def read_parts(path: Path, form: Format, max_bytes: int = MAX_FILE_BYTES) -> Parts:
    """Read the file at *path*, page by page or sheet by sheet.

    Args:
        path: where it is stored.
        form: what it is, as `format_of` has told.
        max_bytes: larger files are refused unread.

    Raises:
        ExtractionRefused: with the reason. Nothing else is raised, whatever the file holds.
    """
    _check(path, max_bytes)
    return _guarded(_divide, str(path.absolute()), form)


def _guarded(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do it in the child; whatever becomes of the child, it ends in an answer or a refusal."""
    try:
        return _child.run(work, *args, **kwargs)
    except ExtractionRefused:
        raise
    except OutOfTimeError as error:
        raise ExtractionRefused(Reason.TIMEOUT, {"seconds": int(LIMIT_S)}) from error
    except ChildDiedError as error:
        raise ExtractionRefused(_cause_of_death(error.signal_number)) from error
    except MemoryError as error:
        raise ExtractionRefused(Reason.MEMORY, {"limit": MEMORY_BYTES}) from error
    except Exception as error:  # whatever a hostile file provokes in a parser, it ends as a refusal
        raise ExtractionRefused(Reason.BROKEN) from error


def stop() -> None:
    """End the child process now; the next file starts another."""
    _child.close()


def _check(path: Path, max_bytes: int) -> None:
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise ExtractionRefused(Reason.BAD_PATH) from error
    if not stat.S_ISREG(status.st_mode):
        raise ExtractionRefused(Reason.BAD_PATH)
    if status.st_size > max_bytes:
        raise ExtractionRefused(Reason.TOO_LARGE, {"size": status.st_size, "limit": max_bytes})
    if not status.st_size:
        raise ExtractionRefused(Reason.EMPTY)


def _cause_of_death(signal_number: int) -> Reason:
    # Rust aborts when memory is refused, and the kernel kills when it runs out.
    causes = {_SIGXCPU: Reason.TIMEOUT, _SIGABRT: Reason.MEMORY, _SIGKILL: Reason.MEMORY}
    return causes.get(signal_number, Reason.BROKEN)


def _read(path: str, name: str) -> Extracted:
    _count_time()
    return read_bytes(Path(path).read_bytes(), name)


def _divide(path: str, form: Format) -> Parts:
    _count_time()
    return divided(Path(path), form)


def _count_time() -> None:
    """Let the processor's time for one file begin now."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(spent.ru_utime + spent.ru_stime) + 1 + CPU_S
    # Only the soft limit, which the next file may raise again.
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (_at_most(allowed, hard), hard))


def prepare() -> None:
    """Give up in this child what reading a file does not need."""
    die_at_once()
    libc = ctypes.CDLL(None, use_errno=True)
    _leave_network(libc)
    # Each thread of the library would reserve 64 MiB of addresses for itself otherwise.
    libc.mallopt(_M_ARENA_MAX, 1)
    _limit(resource.RLIMIT_AS, MEMORY_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    _silence()
    _limit(resource.RLIMIT_FSIZE, 0)


def _limit(kind: int, value: int) -> None:
    """Set a limit for good; one that the installation has set lower stays."""
    lowest = _at_most(value, resource.getrlimit(kind)[1])
    resource.setrlimit(kind, (lowest, lowest))


def _at_most(value: int, hard: int) -> int:
    return value if hard == resource.RLIM_INFINITY else min(value, hard)


def _leave_network(libc: ctypes.CDLL) -> None:
    """Move into an empty network; where neither way is permitted, the child keeps the network it has."""
    if libc.unshare(_CLONE_NEWNET):
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _silence() -> None:
    """Libraries write complaints to the terminal; the child has no business there."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)


_child = KillableChild(prepare, limit_s=LIMIT_S, patience_s=_PATIENCE_S, jobs_per_child=_FILES_PER_CHILD)
