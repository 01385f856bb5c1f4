"""Makes PDF and Word files in a child process that can be killed: without network, with limits of time and memory.

What it is given is our own sanitised HTML and the bytes of the pictures in it; whatever else a text names is not
fetched. It knows no document and no person.
"""

from __future__ import annotations

import ctypes
import logging
import resource
from importlib.util import find_spec
from typing import TYPE_CHECKING

from portal.features.documents.exports import paper, word
from portal.kernel.errors import InvalidError, UnavailableError
from portal.kernel.messages import _l
from portal.platform.killable import ChildDiedError, KillableChild, OutOfTimeError, die_at_once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.features.documents.exports.paper import Sheet

LIMIT_S = 20.0
PATIENCE_S = 40.0
MEMORY_BYTES = 2 << 30
PICTURE_BYTES = 60 << 20
JOBS_PER_CHILD = 40
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000

log = logging.getLogger(__name__)


def pdf(sheet: Sheet, pictures: Mapping[str, bytes]) -> bytes:
    """A document as PDF.

    Raises:
        UnavailableError: a library is missing, or too many want one just now.
        InvalidError: it takes too long.
    """
    if find_spec("weasyprint") is None:
        raise UnavailableError(paper.MISSING)
    return _run(paper.make, sheet, pictures)


def docx(sheet: Sheet, pictures: Mapping[str, bytes]) -> bytes:
    """A document as a Word file.

    Raises:
        UnavailableError: too many want one just now.
        InvalidError: it takes too long.
    """
    return _run(word.make, sheet, pictures)


def stop() -> None:
    """End the child process now; the next document starts another."""
    _child.close()


def _run(work: paper.Work, sheet: Sheet, pictures: Mapping[str, bytes]) -> bytes:
    try:
        return _child.run(work, sheet, _within(pictures))
    except OutOfTimeError as error:
        raise InvalidError(
            _l("This document takes too long to lay out. Save it as Markdown instead.")
        ) from error
    except (ChildDiedError, MemoryError) as error:
        log.warning("a document could not be laid out: %r", error)
        raise UnavailableError(
            _l("The document could not be laid out just now. Try again, or save it as Markdown.")
        ) from error


def _within(pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """As many pictures as fit into the child; the others are left out."""
    kept: dict[str, bytes] = {}
    size = 0
    for name, data in pictures.items():
        size += len(data)
        if size <= PICTURE_BYTES:
            kept[name] = data
    return kept


def _prepare() -> None:
    die_at_once()
    _leave_network()
    for kind, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(kind, (value, value))
    paper.warm_up()


def _leave_network() -> None:
    """Move into an empty network; where that is not permitted, nothing fetches anything all the same."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_NETWORK):
        libc.unshare(NEW_USER | NEW_NETWORK)


_child = KillableChild(_prepare, limit_s=LIMIT_S, patience_s=PATIENCE_S, jobs_per_child=JOBS_PER_CHILD)
