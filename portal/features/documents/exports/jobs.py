"""The worker's part of exporting a space, and the sweeping of what was made."""

from __future__ import annotations

import datetime as dt
import functools
import re
import secrets
import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal.content import actors
from portal.content.spaces.models import Space
from portal.content.spaces.policy import may_read
from portal.features.documents.exports.copies import copy
from portal.features.documents.exports.manifest import Manifest
from portal.features.documents.exports.packing import Packer, name_in_archive
from portal.kernel import clock
from portal.kernel.db import reading
from portal.kernel.errors import NotFoundError
from portal.platform import access, jobs
from portal.platform.items import Item

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session, sessionmaker

    from portal.config import Settings
    from portal.kernel.actor import Actor
    from portal.platform.jobs import Handler, Job

NAME = "export space"
REPORT_S = 0.5
KEPT_FOR = dt.timedelta(days=1)
KEY = re.compile(r"[0-9a-f]{32}")


class InterruptedExportError(Exception):
    """The worker is being stopped; another one begins anew."""


def submit(session: Session, actor: Actor, space: Space) -> Job:
    """Have the worker write the archive of a space, as the actor may read it.

    Raises:
        ForbiddenError: the actor reads nothing in the space.
    """
    access.require(may_read(actor, space))
    return jobs.submit(session, actor, NAME, space_id=space.id, key=secrets.token_hex(16))


def handler(settings: Settings, is_stopping: Callable[[], bool]) -> Handler:
    """What the worker calls for each export."""
    return functools.partial(_run, settings=settings, is_stopping=is_stopping)


def path_of(settings: Settings, job: Job) -> Path:
    """Where the archive of an export lies."""
    return folder(settings) / f"{job.arguments['key']}.zip"


def folder(settings: Settings) -> Path:
    """Where archives lie until they are swept."""
    return settings.uploads_path / "exports"


def is_still_readable(session: Session, actor: Actor, job: Job) -> bool:
    """Whether the actor may read all that is in an archive now as well."""
    ids = job.progress.get("ids", [])
    return all(len(access.readable_ids(session, actor, batch)) == len(batch) for batch in _batches(ids))


def sweep(sessions: sessionmaker[Session], settings: Settings, now: dt.datetime) -> None:
    """Remove archives that are a day old, and what an interrupted export has left."""
    del sessions
    if not folder(settings).is_dir():
        return
    oldest = (now - KEPT_FOR).timestamp()
    for path in folder(settings).iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _run(
    sessions: sessionmaker[Session], job: Job, *, settings: Settings, is_stopping: Callable[[], bool]
) -> None:
    target = path_of(settings, job)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_suffix(".part")
    with reading(), sessions() as session:
        actor = _actor(session, settings, job)
        manifest, titles = _contents(session, actor, job)
    names = {key: name_in_archive(place, title) for place, (key, title) in enumerate(titles, 1)}
    taken: list[int] = []
    told_s = 0.0
    with Packer(draft, names) as packer:
        for place, key in enumerate(names, 1):
            if is_stopping():
                raise InterruptedExportError
            if _pack(sessions, settings, job, packer, key):
                taken.append(key)
            if time.monotonic() - told_s >= REPORT_S:
                _tell(sessions, job, place, len(names))
                told_s = time.monotonic()
        packer.finish(manifest)
    draft.replace(target)
    _tell(sessions, job, len(names), len(names), ids=taken, size=target.stat().st_size, name=manifest.space)


def _actor(session: Session, settings: Settings, job: Job) -> Actor:
    """Whoever asked, with the rights of this moment."""
    actor = actors.load(session, job.owner_id, clock.now(), settings.zone)
    if actor is None:
        raise NotFoundError
    return actor


def _contents(session: Session, actor: Actor, job: Job) -> tuple[Manifest, Sequence[tuple[int, str]]]:
    space = session.scalars(select(Space).where(Space.id == job.arguments["space_id"])).one()
    inside = access.columns(actor, Item.id, Item.title).where(
        Item.space_id == space.id, Item.kind == "document"
    )
    rows = session.execute(inside.order_by(Item.published_at, Item.id)).all()
    manifest = Manifest(space=space.name, about=space.about, exported_at=actor.now)
    return manifest, [(row[0], row[1]) for row in rows]


def _pack(
    sessions: sessionmaker[Session], settings: Settings, job: Job, packer: Packer, item_id: int
) -> bool:
    """Put one document in, if the exporter may still read it."""
    with reading(), sessions() as session:
        try:
            taken = copy(session, _actor(session, settings, job), item_id, settings.uploads_path)
        except NotFoundError:
            return False
    packer.add(taken)
    return True


def _tell(sessions: sessionmaker[Session], job: Job, done: int, total: int, **more: Any) -> None:  # noqa: ANN401 - JSON values
    jobs.report(sessions, job.id, {"done": done, "total": total, **more})


def _batches(ids: Sequence[int], size: int = 500) -> list[Sequence[int]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]
