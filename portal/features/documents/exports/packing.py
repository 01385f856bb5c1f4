"""Writes the archive of a space: documents one by one straight to the disk, so that a large space needs no memory."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Self

from portal.features.documents.exports import markdown
from portal.features.documents.exports.copies import file_name
from portal.features.documents.exports.manifest import (
    NAME,
    Manifest,
    PackedAttachment,
    PackedDocument,
    PackedPicture,
)
from portal.kernel import tables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    from portal.features.documents.exports.copies import Copy, PictureFile

NOT_PLAIN = re.compile(r"[^\w-]+")
LINK = re.compile(r"(?<=\()/(?:documents|items)/(\d{1,10})(?=[)#\s])")
HEADER = ("file", "title", "author", "state", "tags", "published", "updated", "pictures", "attachments")


class Packer:
    """An archive in the making.

    Args:
        path: where it is written.
        names: by the number of each document, the name of its file.
    """

    def __init__(self, path: Path, names: Mapping[int, str]) -> None:
        self.names = names
        self.packed: list[PackedDocument] = []
        self.pictures: set[str] = set()
        self.zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.zip.close()

    def add(self, copy: Copy) -> None:
        """Put a document in, with its pictures and attachments."""
        file = f"documents/{self.names[copy.id]}"
        self.zip.writestr(file, LINK.sub(self._link, markdown.text(copy, "../")))
        self.packed.append(
            PackedDocument(
                id=copy.id,
                file=file,
                title=copy.title,
                author=copy.author,
                state=copy.state,
                tags=list(copy.tags),
                created_at=copy.created_at,
                published_at=copy.published_at,
                updated_at=copy.updated_at,
                pictures=[self._picture(picture) for picture in copy.pictures],
                attachments=[
                    self._attachment(attached.id, attached.name, attached.path)
                    for attached in copy.attachments
                    if attached.path.is_file()
                ],
            )
        )

    def finish(self, manifest: Manifest) -> None:
        """Put in what the archive holds: for the portal, and as a table for people."""
        manifest.documents = self.packed
        self.zip.writestr("index.csv", tables.write(HEADER, (_row(packed) for packed in self.packed)))
        self.zip.writestr(NAME, manifest.model_dump_json(indent=1))

    def _link(self, found: re.Match[str]) -> str:
        return self.names.get(int(found[1]), found[0])

    def _picture(self, picture: PictureFile) -> PackedPicture:
        file = f"images/{picture.name}"
        if picture.key not in self.pictures:
            self.pictures.add(picture.key)
            self.zip.write(picture.path, file, zipfile.ZIP_STORED)
        return PackedPicture(key=picture.key, file=file)

    def _attachment(self, number: int, name: str, path: Path) -> PackedAttachment:
        file = f"attachments/{number}/{file_name(name)}"
        self.zip.write(path, file)
        return PackedAttachment(name=name, file=file)


def name_in_archive(place: int, title: str) -> str:
    """The name of a document's file, fit to stand in a link: `0007-price-list.md`."""
    return f"{place:04d}-{NOT_PLAIN.sub('-', title).strip('-')[:60]}.md"


def _row(packed: PackedDocument) -> tuple[object, ...]:
    return (
        packed.file,
        packed.title,
        packed.author,
        packed.state,
        "，".join(packed.tags),
        packed.published_at.isoformat(timespec="minutes") if packed.published_at else "",
        packed.updated_at.isoformat(timespec="minutes"),
        len(packed.pictures),
        len(packed.attachments),
    )
