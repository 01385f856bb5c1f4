"""Files of attachments on the disk: taken in, looked at, drawn, found again. Knows no row and no person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.content.attachments.reasons import sentence
from portal.kernel.errors import InvalidError, NotFoundError
from portal.platform import uploads
from portal.platform.extraction import ExtractionRefused, Format, format_of
from portal.platform.extraction.drawing import draw_page
from portal.platform.pictures import LONGEST_SIDE, renew
from portal.platform.uploads import Kept

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from portal.platform.uploads import Upload

WHOLE, SMALL = 0, 1
SIDES = {WHOLE: LONGEST_SIDE, SMALL: 160}
"""Drawings of a picture: as one looks at it, and as it stands in a list."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was taken in."""

    kept: Kept
    form: Format


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not, and why, in a sentence."""

    name: str
    sentence: object


def folder(root: Path) -> Path:
    """Where files of attachments lie below the folder of uploads."""
    return root / "attachments"


def path_of(root: Path, key: str) -> Path:
    """Where a file lies.

    Raises:
        NotFoundError: it is gone.
    """
    path = folder(root) / key
    if not path.is_file():
        raise NotFoundError
    return path


def take_in(sent: Iterable[Upload], root: Path) -> list[Taken | Refused]:
    """Keep what is sent, unless it is of no format that is kept; takes its time and needs no database."""
    return [_taken(upload, root) for upload in sent]


def give_up(root: Path, files: Iterable[Taken | Refused]) -> None:
    """Remove files that were taken in for nothing."""
    keys = [file.kept.key for file in files if isinstance(file, Taken)]
    uploads.discard(folder(root), [*keys, *(_drawing(key, WHOLE) for key in keys)])


def _taken(upload: Upload, root: Path) -> Taken | Refused:
    kept = uploads.keep(upload, folder(root))
    path = folder(root) / kept.key
    try:
        form = format_of(path, kept.name)
        if form is Format.PICTURE:
            _store(folder(root) / _drawing(kept.key, WHOLE), renew(path.read_bytes()).data)
    except ExtractionRefused as refusal:
        path.unlink()
        return Refused(kept.name, sentence(refusal.reason, refusal.details))
    except InvalidError as error:
        path.unlink()
        return Refused(kept.name, error.message)
    return Taken(kept, form)


def drawing(root: Path, key: str, form: str, number: int) -> Path:
    """A page of a PDF, or a picture, as the browser may show it; drawn when it is first asked for, and kept.

    Raises:
        NotFoundError: it is of another format, there is no such page, or it cannot be drawn.
    """
    original, drawn = path_of(root, key), folder(root) / _drawing(key, number)
    if drawn.is_file():
        return drawn
    try:
        if form == Format.PDF:
            _store(drawn, draw_page(original, number))
        elif form == Format.PICTURE and number in SIDES:
            _store(drawn, renew(original.read_bytes(), SIDES[number]).data)
    except (ExtractionRefused, InvalidError) as error:
        raise NotFoundError from error
    if not drawn.is_file():
        raise NotFoundError
    return drawn


def media_type_of(drawn: Path) -> str:
    """What a drawing is; all of them were made here."""
    with drawn.open("rb") as stream:
        start = stream.read(4)
    return {b"RIFF": "image/webp", b"\x89PNG": "image/png"}.get(start, "image/jpeg")


def _drawing(key: str, number: int) -> str:
    return f"{key}.{number}"


def _store(path: Path, data: bytes) -> None:
    """Under another name first: whoever asks meanwhile finds the whole drawing or none."""
    draft = path.with_name(f"{path.name}.draft")
    draft.write_bytes(data)
    draft.replace(path)
