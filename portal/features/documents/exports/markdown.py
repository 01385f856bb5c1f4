"""A document as Markdown with a head of its properties; with its pictures and attachments as an archive."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

from portal.content.images.services import IN_TEXT
from portal.features.documents.exports.copies import file_name

if TYPE_CHECKING:
    import datetime as dt
    import re

    from portal.features.documents.exports.copies import Copy

FENCE = "---\n"


def text(copy: Copy, folder: str = "") -> str:
    """Head and text; pictures are named by their files below `folder`."""
    names = {picture.key: picture.name for picture in copy.pictures}

    def named(found: re.Match[str]) -> str:
        return f"{folder}images/{names[found[1]]}" if found[1] in names else found[0]

    return head(copy) + IN_TEXT.sub(named, copy.body)


def head(copy: Copy) -> str:
    """The properties as YAML. Every value is written as JSON, which YAML contains: no title breaks it."""
    values = {
        "title": copy.title,
        "author": f"{copy.author_name} ({copy.author})",
        "space": copy.space,
        "tags": list(copy.tags),
        "state": copy.state,
        "published": _day(copy.published_at),
        "updated": _day(copy.updated_at),
        "version": copy.version,
        **({"fields": copy.fields} if copy.fields else {}),
    }
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items() if value]
    return FENCE + "".join(lines) + FENCE + "\n"


def without_head(document: str) -> str:
    """The text alone."""
    if not document.startswith(FENCE):
        return document
    _, separator, rest = document.removeprefix(FENCE).partition("\n" + FENCE)
    return rest.removeprefix("\n") if separator else document


def archive(copy: Copy) -> bytes | None:
    """Text, pictures and attachments in one file; None when there is nothing beside the text."""
    if not copy.pictures and not copy.attachments:
        return None
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(file_name(copy.title, "md"), text(copy))
        for picture in copy.pictures:
            package.write(picture.path, f"images/{picture.name}", zipfile.ZIP_STORED)
        for attached in copy.attachments:
            if attached.path.is_file():
                package.write(attached.path, f"attachments/{attached.id}/{file_name(attached.name)}")
    return target.getvalue()


def _day(moment: dt.datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
