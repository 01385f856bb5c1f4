"""The worker's part of an upload: reads its files one by one and tells how far it is."""

from __future__ import annotations

import functools
import struct
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal.features.documents.importing import Importer, Outcome, Status
from portal.features.documents.imports import restoring
from portal.platform import jobs
from portal.platform.extraction import ExtractionRefused, Source, walk
from portal.platform.items import DRAFT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy.orm import Session, sessionmaker

    from portal.config import Settings
    from portal.platform.jobs import Handler, Job

NAME = "import"
REPORT_S = 0.5
_END = struct.Struct("<4s4H2LH")
_END_WITHIN = 65_557


class InterruptedImportError(Exception):
    """The worker is being stopped; another one goes on."""


def handler(settings: Settings, is_stopping: Callable[[], bool]) -> Handler:
    """What the worker calls for each upload."""
    return functools.partial(_run, settings=settings, is_stopping=is_stopping)


def _run(
    sessions: sessionmaker[Session], job: Job, *, settings: Settings, is_stopping: Callable[[], bool]
) -> None:
    files = [Kept(settings.uploads_path / file["key"], file["name"]) for file in job.arguments["files"]]
    importer = Importer(sessions, settings.zone, job.owner_id, job.arguments["space_id"])
    progress = Progress(sessions, job, estimate(file.path for file in files))
    as_drafts = job.arguments.get("state") == DRAFT
    each = (
        step for file in files for step in file.steps(importer, settings.uploads_path, as_drafts=as_drafts)
    )
    for number, step in enumerate(each):
        if is_stopping():
            progress.tell()
            raise InterruptedImportError
        # What an earlier worker has told of is done; the order of the files is always the same.
        if number >= len(progress.rows):
            progress.add(step())
    progress.finish()
    for file in files:
        file.path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Kept:
    """An upload: where it is kept, and the name its owner gave it."""

    path: Path
    name: str

    def steps(self, importer: Importer, uploads: Path, *, as_drafts: bool) -> Iterator[restoring.Step]:
        """What is to be done, one document after the other; the archive of a space is told from other files."""
        try:
            found = restoring.steps(importer, self.path, self.name, uploads, as_drafts=as_drafts)
        except ExtractionRefused as refusal:
            return iter([functools.partial(refused, self.name, refusal)])
        return found or (functools.partial(importer.one, source) for source in self.sources())

    def sources(self) -> Iterator[Source]:
        """The file, or what is in it if it is an archive, under its owner's name."""
        for source in walk([self.path]):
            yield replace(source, name=self.name + source.name.removeprefix(self.path.name))


def refused(name: str, refusal: ExtractionRefused) -> Outcome:
    """What became of a file that was refused as a whole."""
    return Outcome(name, Status.SKIPPED, refusal.reason, dict(refusal.details))


class Progress:
    """What the job's page shows, stored twice a second at most."""

    def __init__(self, sessions: sessionmaker[Session], job: Job, total: int) -> None:
        self.sessions, self.job_id = sessions, job.id
        self.rows: list[dict[str, Any]] = list(job.progress.get("rows", []))
        self.total = total
        self.told_s = 0.0

    def add(self, outcome: Outcome) -> None:
        """One more file is done."""
        row = {"name": outcome.name, "status": outcome.status, "item_id": outcome.item_id}
        self.rows.append(row | {"reason": outcome.reason, "details": dict(outcome.details)})
        if time.monotonic() - self.told_s >= REPORT_S:
            self.tell()

    def finish(self) -> None:
        """All files are done."""
        self.total = len(self.rows)
        self.tell()

    def tell(self) -> None:
        """Store it."""
        done = len(self.rows)
        jobs.report(
            self.sessions, self.job_id, {"done": done, "total": max(done, self.total), "rows": self.rows}
        )
        self.told_s = time.monotonic()


def estimate(paths: Iterable[Path]) -> int:
    """About how many files there are below some paths, for a progress bar; archives are asked, not unpacked."""
    return sum(_count(path) for path in paths)


def _count(path: Path) -> int:
    if path.is_dir():
        return sum(1 for below in path.rglob("*") if below.is_file() and not below.name.startswith("."))
    return _entries(path) if path.suffix.lower() == ".zip" else 1


def _entries(archive: Path) -> int:
    """The number of entries that an archive claims at its end; it is only shown, so a lie does no harm."""
    try:
        with archive.open("rb") as stream:
            stream.seek(max(archive.stat().st_size - _END_WITHIN, 0))
            tail = stream.read()
    except OSError:
        return 1
    position = tail.rfind(b"PK\x05\x06")
    if position < 0 or len(tail) - position < _END.size:
        return 1
    return max(int(_END.unpack_from(tail, position)[4]), 1)
