"""What the templates of attachments are given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.content.attachments import policy, queries
from portal.content.attachments.models import EMPTY, UNREAD, WAITING
from portal.content.attachments.reasons import sentence
from portal.platform.extraction import Format
from portal.platform.kinds import KINDS
from portal.web.context import item_url, person_url, settings
from portal.web.database import session
from portal.web.identity import actor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.content.attachments.models import Attachment, AttachmentFile
    from portal.content.attachments.queries import Held, Outline, Version
    from portal.platform.items import Item

# Each format's name where it has one in every language.
NAMES = {
    Format.PDF: "PDF",
    Format.DOCX: "Word",
    Format.XLSX: "Excel",
    Format.PPTX: "PowerPoint",
    Format.OFFICE: "Office",
    Format.TEXT: "TXT",
    Format.MARKDOWN: "Markdown",
    Format.HTML: "HTML",
    Format.CSV: "CSV",
    Format.PICTURE: "",
    Format.SVG: "SVG",
    Format.ZIP: "ZIP",
}
SHEETS = frozenset({Format.XLSX, Format.CSV})
MOST_ROWS, MOST_CELLS = 200, 30
MOST_TEXT = 20_000
KIBIBYTE = 1024


@dataclass(frozen=True, slots=True)
class ShownFile:
    """One version of a file on a page."""

    id: int
    number: int
    name: str
    form: str
    kind: str
    size: str
    state: str
    remark: str
    is_waiting: bool
    author_name: str
    author_url: str
    at: dt.datetime
    note: str
    url: str
    download_url: str
    picture_url: str
    thumbnail_url: str


@dataclass(frozen=True, slots=True)
class ShownAttachment:
    """An attachment on a page: its present file, and the older ones."""

    id: int
    present: ShownFile
    older: list[ShownFile]
    deletion_url: str
    versions_url: str


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A page, sheet or slide in a preview."""

    anchor: str
    title: str
    picture_url: str
    width: int
    height: int
    rows: list[list[str]]
    text: str
    is_cut: bool


def block(holder: Item) -> dict[str, Any]:
    """The attachments of an item, and what one may do with them; one statement."""
    held = queries.attachments(session(), actor(), holder.id)
    rows = [shown(one) for one in held]
    return {
        "rows": rows,
        "is_waiting": any(row.present.is_waiting for row in rows),
        "may_attach": policy.may_attach(actor(), holder),
        "url": url_for("attachments.attach", item_id=holder.id),
        "most": settings().max_upload >> 20,
    }


def editing(holder: Item | None, ids: Sequence[int]) -> dict[str, Any]:
    """The attachments beside the editor: those of a saved item, or those sent for one that is not saved yet."""
    if holder is not None:
        return block(holder) | {"is_new": False}
    rows = [shown(one) for one in queries.unclaimed(session(), actor(), ids)]
    url = url_for("attachments.create")
    most = settings().max_upload >> 20
    return {"rows": rows, "is_waiting": False, "may_attach": True, "url": url, "most": most, "is_new": True}


def shown(held: Held) -> ShownAttachment:
    """An attachment with addresses."""
    present, *older = [_file(version) for version in held.versions]
    return ShownAttachment(
        held.id,
        present,
        older,
        url_for("attachments.remove", item_id=held.id),
        url_for("attachments.replace", item_id=held.id),
    )


def _file(version: Version) -> ShownFile:
    file = version.file
    place: dict[str, Any] = {"item_id": file.attachment_id, "number": file.number}
    return ShownFile(
        id=file.attachment_id,
        number=file.number,
        name=file.name,
        form=file.form,
        kind=NAMES[Format(file.form)] or _("Picture"),
        size=size_of(file.size),
        state=file.state,
        remark=_remark(file),
        is_waiting=file.state == WAITING,
        author_name=version.name,
        author_url=person_url(version.username),
        at=file.at,
        note=file.note,
        url=item_url("attachment", file.attachment_id),
        download_url=url_for("attachments.download", **place),
        picture_url=url_for("attachments.picture", **place) if file.form == Format.PICTURE else "",
        thumbnail_url=url_for("attachments.thumbnail", **place) if file.form == Format.PICTURE else "",
    )


def size_of(size: int) -> str:
    """A size as people read it."""
    if size < KIBIBYTE**2:
        return f"{max(1, round(size / KIBIBYTE))} KB"
    return f"{size / KIBIBYTE**2:.1f} MB"


def _remark(file: AttachmentFile) -> str:
    """What reading it has come to, in a few words."""
    if file.state == WAITING:
        return str(_("Being read…"))
    if file.state == UNREAD:
        return "" if file.form == Format.PICTURE else str(_("Its content is not searched."))
    if file.state == EMPTY and file.form == Format.PDF:
        return str(_("No text in it: it is a scan. It is found by its name alone."))
    if file.form == Format.OFFICE and file.reason == "unsupported_type":
        return str(_("An old format: kept, but its text is not searched. Save it as docx, xlsx or pptx."))
    if file.reason:
        return str(sentence(file.reason, file.details))
    return _count(file.form, file.part_count)


def _count(form: str, number: int) -> str:
    if form == Format.PDF:
        return str(ngettext("%(num)s page", "%(num)s pages", number))
    if form == Format.XLSX:
        return str(ngettext("%(num)s sheet", "%(num)s sheets", number))
    return str(ngettext("%(num)s slide", "%(num)s slides", number)) if form == Format.PPTX else ""


def part_title(form: str, number: int, label: str) -> str:
    """What a part is called; `number` counts from 0."""
    if form == Format.PDF:
        return str(_("Page %(n)s", n=number + 1))
    if form == Format.PPTX:
        return str(_("Slide %(n)s", n=number + 1))
    return str(_("Sheet “%(name)s”", name=label)) if form == Format.XLSX and label else ""


def page(attachment: Attachment, holder: Item | None) -> dict[str, Any]:
    """The page of an attachment."""
    held = queries.versions(session(), actor(), attachment.id)
    outline = queries.outlines(session(), [attachment.id])[attachment.id]
    return {
        "attachment": shown(held),
        "parts": parts(outline, attachment.body, held.present.file),
        "document": {"title": holder.title, "url": item_url(holder.kind, holder.id)} if holder else None,
        "may_change": policy.may_change(actor(), attachment, holder),
        "restoration_url": lambda number: url_for(
            "attachments.go_back", item_id=attachment.id, number=number
        ),
    }


def parts(outline: Outline, text: str, file: AttachmentFile) -> list[ShownPart]:
    """The parts of a text as a preview shows them."""
    return [
        _part(outline, file, number, label, said) for number, (label, said) in enumerate(outline.cut(text))
    ]


def _part(outline: Outline, file: AttachmentFile, number: int, label: str, said: str) -> ShownPart:
    is_sheet = file.form in SHEETS
    lines = said.split("\n") if is_sheet else []
    _label, _start, width, height = outline.parts[number]
    drawn: dict[str, Any] = {"item_id": file.attachment_id, "number": file.number, "page": number + 1}
    return ShownPart(
        anchor=f"part-{number + 1}",
        title=part_title(file.form, number, label),
        picture_url=url_for("attachments.drawn", **drawn) if file.form == Format.PDF else "",
        width=width,
        height=height,
        rows=[line.split("\t")[:MOST_CELLS] for line in lines[:MOST_ROWS]],
        text="" if is_sheet else said[:MOST_TEXT],
        is_cut=len(lines) > MOST_ROWS or (not is_sheet and len(said) > MOST_TEXT),
    )


def place_of(attachment: Attachment, holder: Item | None) -> str:
    """Where one sees an attachment among the others."""
    if holder is None:
        return item_url("attachment", attachment.id)
    return f"{url_for(KINDS[holder.kind].page, item_id=holder.id)}#attachments"
