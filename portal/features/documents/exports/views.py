"""Taking a document along as a file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import request, send_file
from flask_babel import gettext as _

from portal.features.documents.exports import markdown as writing
from portal.features.documents.exports import press
from portal.features.documents.exports.copies import copy, file_name
from portal.features.documents.exports.paper import Sheet
from portal.web.context import settings
from portal.web.database import session
from portal.web.i18n import day_text, locale
from portal.web.identity import actor
from portal.web.routing import Cache, Pages

if TYPE_CHECKING:
    import datetime as dt

    from flask import Response

    from portal.features.documents.exports.copies import Copy

pages = Pages("exports", __name__)

MEDIA = {
    "md": "text/markdown; charset=utf-8",
    "zip": "application/zip",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@pages.read("/documents/<int:item_id>/export.md", cache=Cache.NEVER)
def markdown(item_id: int) -> Response:
    """A document as Markdown; with its pictures and attachments as an archive."""
    taken = _taken(item_id)
    packed = writing.archive(taken)
    return (
        _file(taken.title, "zip", packed)
        if packed
        else _file(taken.title, "md", writing.text(taken).encode())
    )


@pages.read("/documents/<int:item_id>/export.pdf", cache=Cache.NEVER)
def pdf(item_id: int) -> Response:
    """A document as PDF."""
    taken = _taken(item_id)
    return _file(taken.title, "pdf", press.pdf(_sheet(taken), _pictures(taken)))


@pages.read("/documents/<int:item_id>/export.docx", cache=Cache.NEVER)
def word(item_id: int) -> Response:
    """A document as a Word file."""
    taken = _taken(item_id)
    return _file(taken.title, "docx", press.docx(_sheet(taken), _pictures(taken)))


def _taken(item_id: int) -> Copy:
    """The document; the database is let go before anything is laid out, which takes its time."""
    taken = copy(session(), actor(), item_id, settings().uploads_path)
    session().rollback()
    return taken


def _file(title: str, ending: str, data: bytes) -> Response:
    name = file_name(title, ending)
    answer = send_file(io.BytesIO(data), mimetype=MEDIA[ending], as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = Cache.NEVER.value
    return answer


def _pictures(taken: Copy) -> dict[str, bytes]:
    return {picture.key: picture.path.read_bytes() for picture in taken.pictures}


def _sheet(taken: Copy) -> Sheet:
    return Sheet(
        title=taken.title,
        facts=tuple(_facts(taken)),
        html=taken.html,
        language="en" if locale() == "en" else "zh-CN",
        host=settings().public_url or request.host_url,
    )


def _facts(taken: Copy) -> list[str]:
    """Who wrote it, when, which version, and whether somebody vouches for it."""
    dates = [
        taken.published_at and _("Published %(day)s", day=_day(taken.published_at)),
        _("Changed %(day)s", day=_day(taken.updated_at)),
        _("Version %(number)s", number=taken.version),
    ]
    lines = [f"{taken.author_name} · {taken.space}", " · ".join(text for text in dates if text)]
    if taken.verified_until and taken.verified_until > actor().now:
        lines.append(_("Verified until %(day)s", day=_day(taken.verified_until)))
    if taken.state != "published":
        states = {"draft": _("Draft"), "archived": _("Archived"), "in_review": _("In review")}
        lines.append(states.get(taken.state, ""))
    return lines


def _day(moment: dt.datetime) -> str:
    return day_text(moment.astimezone(actor().zone).date())
