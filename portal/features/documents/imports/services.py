"""Taking uploads in: kept under random names beside the database until the worker has read them."""

from __future__ import annotations

import re
import secrets
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Protocol

from portal.content.spaces.policy import may_write
from portal.content.spaces.queries import find_space
from portal.features.documents.imports.jobs import NAME
from portal.kernel.messages import _l
from portal.kernel.typed import line
from portal.platform import jobs
from portal.platform.access import require

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.platform.jobs import Job

SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
NAME_LENGTH = 200


class Upload(Protocol):
    """A file that somebody has sent."""

    filename: str | None

    def save(self, dst: Path) -> None:
        """Write its content to a path, piece by piece."""


def submit(session: Session, actor: Actor, space_key: str, uploads: Sequence[Upload], folder: Path) -> Job:
    """Keep uploads and have the worker import them.

    Args:
        session: open session.
        actor: who uploads.
        space_key: key of the space they are meant for.
        uploads: the files.
        folder: where uploads are kept.

    Raises:
        NotFoundError: there is no such space for the actor.
        ForbiddenError: the actor may not write there.
    """
    # Kept before the database is asked for anything, so that a slow disk never holds its lock.
    kept = keep(uploads, folder)
    try:
        space = find_space(session, actor, space_key)
        require(may_write(actor, space), _l("You may not write in this space."))
        return jobs.submit(session, actor, NAME, space_id=space.id, files=kept)
    except BaseException:
        discard(folder, (file["key"] for file in kept))
        raise


def keep(uploads: Iterable[Upload], folder: Path) -> list[dict[str, str]]:
    """Write uploads under random keys; each with its key and the name that its owner gave it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept: list[dict[str, str]] = []
    for upload in uploads:
        name = line((upload.filename or "").replace("\\", "/").rsplit("/", 1)[-1])[-NAME_LENGTH:] or "upload"
        suffix = PurePosixPath(name).suffix.lower()
        key = secrets.token_hex(16) + (suffix if SUFFIX.fullmatch(suffix) else "")
        upload.save(folder / key)
        kept.append({"key": key, "name": name})
    return kept


def discard(folder: Path, keys: Iterable[str]) -> None:
    """Remove uploads that are no longer needed."""
    for key in keys:
        (folder / key).unlink(missing_ok=True)
