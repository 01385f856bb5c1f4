"""Files of the demo company, read while it is loaded, so that they are found at once."""

from __future__ import annotations

import datetime as dt
import shutil
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.content.attachments import reading, services, storing
from portal.content.attachments.reading import Found
from portal.demo.source import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy.orm import Session

    from portal.config import Settings
    from portal.demo.organisation import Organisation
    from portal.demo.source import Company
    from portal.features.documents.models import Document


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was taken in and read, and when after its document it came."""

    document: str
    after: dt.timedelta
    taken: storing.Taken
    found: Found | None


class _Copy:
    """A file of the folder as a form would bring it."""

    filename: str | None

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.filename = path, name

    def save(self, dst: Path) -> None:
        shutil.copyfile(self.path, dst)


def prepare(settings: Settings) -> list[Prepared]:
    """Take all files in and read them, before the database is asked for anything."""
    listed = tomllib.loads((FOLDER / "attachments.toml").read_text("utf-8"))["file"]
    return list(_prepared(listed, settings.uploads_path))


def _prepared(listed: list[Mapping[str, str | int]], root: Path) -> Iterator[Prepared]:
    for row in listed:
        path = FOLDER / "attachments" / str(row["path"])
        (taken,) = storing.take_in([_Copy(path, str(row.get("name", row["path"])))], root)
        if isinstance(taken, storing.Refused):
            raise ValueError(f"{path.name}: {taken.sentence}")  # noqa: TRY004 - the file is wrong, not its type
        is_text = taken.form in services.READABLE_FORMATS
        found = reading.read(storing.path_of(root, taken.kept.key), taken.form) if is_text else None
        yield Prepared(str(row["document"]), dt.timedelta(hours=int(row["hours"])), taken, found)


def attach(
    session: Session,
    company: Company,
    organisation: Organisation,
    documents: Mapping[str, Document],
    files: list[Prepared],
) -> None:
    """Attach each file in its author's name."""
    told = {document.key: document for document in company.documents}
    for file in files:
        demo = told[file.document]
        moment = min(demo.published + file.after, company.end)
        author = organisation.author(demo.author, demo.space).at(moment)
        made = services.attach(session, author, documents[file.document], file.taken).attachment
        if file.found:
            reading.store(session, made.id, made.version, file.found)
