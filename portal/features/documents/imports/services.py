"""Taking uploads in: kept under random names beside the database until the worker has read them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from portal.content.spaces.policy import may_write
from portal.content.spaces.queries import find_space
from portal.features.documents.imports.jobs import NAME
from portal.kernel.messages import _l
from portal.platform import jobs, uploads
from portal.platform.access import require
from portal.platform.items import PUBLISHED
from portal.platform.uploads import discard

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.platform.jobs import Job
    from portal.platform.uploads import Upload

SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


def submit(
    session: Session,
    actor: Actor,
    space_key: str,
    sent: Sequence[Upload],
    folder: Path,
    state: str = PUBLISHED,
) -> Job:
    """Keep uploads and have the worker import them.

    Args:
        session: open session.
        actor: who uploads.
        space_key: key of the space they are meant for.
        sent: the files.
        folder: where uploads are kept.
        state: what the documents of an exported space become: `published` as they were, or `draft`.

    Raises:
        NotFoundError: there is no such space for the actor.
        ForbiddenError: the actor may not write there.
    """
    # Kept before the database is asked for anything, so that a slow disk never holds its lock.
    kept = keep(sent, folder)
    try:
        space = find_space(session, actor, space_key)
        require(may_write(actor, space), _l("You may not write in this space."))
        return jobs.submit(session, actor, NAME, space_id=space.id, files=kept, state=state)
    except BaseException:
        discard(folder, (file["key"] for file in kept))
        raise


def keep(sent: Iterable[Upload], folder: Path) -> list[dict[str, str]]:
    """Write uploads under random keys; each with its key and the name that its owner gave it."""
    kept = [uploads.keep(upload, folder, _ending(upload.filename)) for upload in sent]
    return [{"key": file.key, "name": file.name} for file in kept]


def _ending(filename: str | None) -> str:
    """The end of a file's name, by which the worker tells an archive from a document."""
    suffix = PurePosixPath(uploads.called(filename)).suffix.lower()
    return suffix if SUFFIX.fullmatch(suffix) else ""
