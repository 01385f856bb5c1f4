"""Keeping, offering and listing one's own unfinished texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field, ValidationError

from portal.content.drafts import queries, services
from portal.content.drafts.services import Typed
from portal.kernel.errors import InvalidError
from portal.kernel.typed import LARGEST, line
from portal.web.database import session
from portal.web.identity import actor
from portal.web.routing import Cache, Needs, Pages

if TYPE_CHECKING:
    from werkzeug import Response

    from portal.content.drafts.models import UnfinishedText

pages = Pages("drafts", __name__)


class Sent(BaseModel):
    """What the browser sends every few seconds of writing."""

    subject: str
    form: str = ""
    path: str
    fields: dict[str, list[str]]
    version: int = Field(0, ge=0, le=LARGEST)
    device: str = ""


@pages.read("/drafts", cache=Cache.NEVER)
def index() -> str:
    """My unfinished texts."""
    return render_template("drafts/index.html", texts=queries.listed(session(), actor()))


@pages.read("/drafts/text", cache=Cache.NEVER)
def show() -> str:
    """One of them in full, to be read and copied wherever it was meant for."""
    found = queries.find(session(), actor(), _asked("subject"), _asked("form"))
    return render_template("drafts/show.html", text=found)


@pages.read("/drafts/offers", cache=Cache.NEVER)
def offers() -> dict[str, Any]:
    """The texts that a form can bring back, for the script."""
    return {"texts": [_offer(text) for text in queries.own(session(), actor(), _asked("subject"))]}


@pages.write("/drafts")
def keep() -> dict[str, str]:
    """Keep what a form holds by now."""
    try:
        sent = Sent.model_validate_json(request.get_data())
    except ValidationError as error:
        raise InvalidError(_("This is no form of the portal.")) from error
    at = services.keep(session(), actor(), Typed(**sent.model_dump()))
    return {"at": at.isoformat()}


@pages.write("/drafts/removal", needs=Needs.SIGNED_IN)
def remove() -> Response:
    """Throw one of them away."""
    services.discard(session(), actor(), line(request.form.get("subject")), line(request.form.get("form")))
    flash(_("Thrown away."), "success")
    return redirect(url_for("drafts.index"))


def _asked(name: str) -> str:
    return line(request.args.get(name))


def _offer(text: UnfinishedText) -> dict[str, Any]:
    names = ("form", "fields", "version", "device")
    return {name: getattr(text, name) for name in names} | {"at": text.saved_at.isoformat()}
