"""Pages of attachments: uploading, the list of a document, one file with its preview, downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from portal.content.attachments import presenting, queries, receiving, services, storing
from portal.content.attachments.models import Attachment
from portal.content.attachments.services import Attached
from portal.content.attachments.storing import Taken
from portal.kernel.errors import NotFoundError
from portal.platform.access import find
from portal.platform.extraction import Format
from portal.platform.items import Item
from portal.web.context import item_url, settings
from portal.web.database import session
from portal.web.errors import is_api
from portal.web.flashing import offer
from portal.web.identity import actor
from portal.web.routing import Pages, Rate

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from flask import Response
    from werkzeug import Response as Redirect

pages = Pages("attachments", __name__)

# A file is handed out, never run: should a browser take it for a document, that document can do nothing.
INERT = "sandbox; default-src 'none'"
# What a browser shows or runs by itself is called something that it does neither with.
UNKNOWN = "application/octet-stream"
OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    Format.PDF: "application/pdf",
    Format.DOCX: f"{OFFICE}.wordprocessingml.document",
    Format.XLSX: f"{OFFICE}.spreadsheetml.sheet",
    Format.PPTX: f"{OFFICE}.presentationml.presentation",
    Format.ZIP: "application/zip",
}


@pages.read("/items/<int:item_id>/attachments")
def index(item_id: int) -> Any:  # noqa: ANN401 - a page or a redirect
    """The list of an item's files, for the script that fetches it again; others are led to the item."""
    holder = find(session(), actor(), Item, item_id)
    if not request.headers.get("HX-Request"):
        return redirect(f"{item_url(holder.kind, holder.id)}#attachments")
    return render_template("attachments/_list.html", attachments=presenting.block(holder))


@pages.write("/items/<int:item_id>/attachments", rate=Rate.UPLOAD)
def attach(item_id: int) -> Any:  # noqa: ANN401 - JSON or a redirect
    """Add files to an item."""
    with receiving.received() as files:
        holder = find(session(), actor(), Item, item_id)
        taken = [file for file in files if isinstance(file, Taken)]
        done = [services.attach(session(), actor(), holder, file) for file in taken]
    return _answer(receiving.settle(files, done), f"{item_url(holder.kind, holder.id)}#attachments")


@pages.write("/attachments", rate=Rate.UPLOAD)
def create() -> Any:  # noqa: ANN401 - JSON or a redirect
    """Keep files for an item that is still being written."""
    with receiving.received() as files:
        taken = [file for file in files if isinstance(file, Taken)]
        done = [Attached(services.keep(session(), actor(), file), "added") for file in taken]
    return _answer(receiving.settle(files, done), url_for("home.index"))


@pages.read("/attachments/<int:item_id>")
def show(item_id: int) -> str:
    """One file: its preview, what is known of it, and its versions."""
    attachment = find(session(), actor(), Attachment, item_id)
    holder = services.holder_of(session(), actor(), attachment)
    name = "_preview.html" if request.headers.get("HX-Request") else "show.html"
    return render_template(f"attachments/{name}", **presenting.page(attachment, holder))


@pages.write("/attachments/<int:item_id>/versions", rate=Rate.UPLOAD)
def replace(item_id: int) -> Any:  # noqa: ANN401 - JSON or a redirect
    """Upload the next version of a file."""
    with receiving.received() as files:
        attachment = find(session(), actor(), Attachment, item_id)
        note = request.form.get("note", "")
        taken = [file for file in files if isinstance(file, Taken)][:1]
        done = [services.replace(session(), actor(), attachment, file, note) for file in taken]
    return _answer(receiving.settle(files[:1], done), item_url("attachment", item_id))


@pages.write("/attachments/<int:item_id>/files/<int:number>/restoration")
def go_back(item_id: int, number: int) -> Redirect:
    """Make an older version the present one again."""
    attachment = find(session(), actor(), Attachment, item_id)
    services.go_back(session(), actor(), attachment, number)
    offer(_("Version %(n)s is the present one again.", n=number))
    return redirect(item_url("attachment", item_id))


@pages.write("/attachments/<int:item_id>/deletion")
def remove(item_id: int) -> Any:  # noqa: ANN401 - JSON or a redirect
    """Take a file away."""
    attachment = find(session(), actor(), Attachment, item_id)
    holder = services.holder_of(session(), actor(), attachment)
    services.remove(session(), actor(), attachment)
    if is_api():
        return {}
    undo = url_for("attachments.restore", item_id=item_id) if holder else None
    offer(_("“%(name)s” was removed.", name=attachment.title), undo)
    return redirect(presenting.place_of(attachment, holder) if holder else url_for("home.index"))


@pages.write("/attachments/<int:item_id>/restoration")
def restore(item_id: int) -> Redirect:
    """Bring a file back."""
    attachment = queries.removed(session(), actor(), item_id)
    services.restore(session(), actor(), attachment)
    offer(_("“%(name)s” is back.", name=attachment.title))
    return redirect(presenting.place_of(attachment, services.holder_of(session(), actor(), attachment)))


@pages.read("/attachments/<int:item_id>/files/<int:number>")
def download(item_id: int, number: int) -> Response:
    """A version of a file as it was uploaded, always as a download."""
    file = queries.file_of(session(), actor(), item_id, number)
    path = storing.path_of(settings().uploads_path, file.key)
    media_type = MEDIA_TYPES.get(Format(file.form), UNKNOWN)
    return _inert(path, media_type, download_name=file.name, as_attachment=True)


@pages.read("/attachments/<int:item_id>/files/<int:number>/picture")
def picture(item_id: int, number: int) -> Response:
    """A picture made anew, without what its camera noted."""
    return _drawing(item_id, number, Format.PICTURE, storing.WHOLE)


@pages.read("/attachments/<int:item_id>/files/<int:number>/thumbnail")
def thumbnail(item_id: int, number: int) -> Response:
    """A picture as small as a list needs it."""
    return _drawing(item_id, number, Format.PICTURE, storing.SMALL)


@pages.read("/attachments/<int:item_id>/files/<int:number>/pages/<int:page>")
def drawn(item_id: int, number: int, page: int) -> Response:
    """A page of a PDF as a picture."""
    if page < 1:
        raise NotFoundError
    return _drawing(item_id, number, Format.PDF, page - 1)


def _drawing(item_id: int, number: int, form: Format, place: int) -> Response:
    file = queries.file_of(session(), actor(), item_id, number)
    if file.form != form:
        raise NotFoundError
    path = storing.drawing(settings().uploads_path, file.key, file.form, place)
    response = _inert(path, storing.media_type_of(path))
    del response.headers["Content-Disposition"]  # it would say the key
    return response


def _inert(path: Path, media_type: str, **how: Any) -> Response:  # noqa: ANN401 - as Flask's own
    response = send_file(path, mimetype=media_type, max_age=None, conditional=True, **how)
    response.headers["Content-Security-Policy"] = INERT
    response.headers["Cache-Control"] = "private, max-age=3600" if not how else "private, no-cache"
    return response


def _answer(told: list[dict[str, Any]], url: str) -> Any:  # noqa: ANN401 - JSON or a redirect
    if is_api():
        return {"files": told}, 200 if any("error" not in one for one in told) else 422
    receiving.say(told)
    return redirect(url)
