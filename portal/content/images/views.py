"""Uploading and showing pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request, send_file, url_for
from flask_babel import gettext as _

from portal.content.images import services
from portal.kernel.errors import InvalidError, NotFoundError
from portal.platform.pictures import renew
from portal.web.context import settings
from portal.web.database import session
from portal.web.identity import actor
from portal.web.routing import Pages, Rate

if TYPE_CHECKING:
    from flask import Response

pages = Pages("images", __name__)

# A picture is shown, never run: should a browser take it for a document, that document can do nothing.
INERT = "sandbox; default-src 'none'"


@pages.write("/images", rate=Rate.UPLOAD)
def upload() -> dict[str, str | int]:
    """Take a picture from the editor; the answer is the address to write into the text."""
    file = request.files.get("image")
    if file is None:
        raise InvalidError(_("Choose a picture first."))
    picture = renew(file.read())
    image = services.keep(session(), actor(), settings().uploads_path, picture)
    return {"url": url_for("images.show", key=image.key), "width": image.width, "height": image.height}


@pages.read("/images/<key>")
def show(key: str) -> Response:
    """A picture, for those who may read what it belongs to."""
    image = services.find(session(), actor(), key)
    path = services.path(settings().uploads_path, image.key)
    if not path.is_file():
        raise NotFoundError
    response = send_file(path, mimetype=image.media_type, max_age=None, conditional=True)
    response.headers["Content-Security-Policy"] = INERT
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
