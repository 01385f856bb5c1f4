"""Pages of one's notices: the inbox, its count, and what one wants by mail."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.content.notices import pages as parts
from portal.content.notices import queries, services, wishes
from portal.content.notices.forms import WishForm
from portal.kernel.errors import InvalidError
from portal.web.addresses import came_from
from portal.web.context import settings
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.identity import actor
from portal.web.routing import Cache, Needs, Pages

if TYPE_CHECKING:
    from flask import Response as JSONResponse
    from werkzeug import Response

pages = Pages("inbox", __name__)


@pages.read("/inbox", cache=Cache.NEVER)
def index() -> str:
    """What one was told, the new first of all."""
    return render_template("inbox/index.html", **parts.inbox())


@pages.read("/inbox/count", cache=Cache.NEVER)
def count() -> JSONResponse:
    """How much is new, for the bell on every page."""
    return jsonify(new=queries.count_new(session(), actor()), most=queries.MOST_COUNTED)


@pages.write("/inbox/<int:notice_id>/opening", needs=Needs.SIGNED_IN)
def open_notice(notice_id: int) -> Response:
    """Go where a notice leads; it has been read by that."""
    found = queries.find(session(), actor(), notice_id)
    if found.read_at is None:
        services.mark(session(), actor(), notice_id, read=True)
    return redirect(parts.target(found))


@pages.write("/inbox/<int:notice_id>/reading", needs=Needs.SIGNED_IN)
def mark(notice_id: int) -> Response:
    """Mark one as read without going there."""
    services.mark(session(), actor(), notice_id, read=True)
    offer(_("Marked as read."), url_for("inbox.unmark", notice_id=notice_id))
    return _back()


@pages.write("/inbox/<int:notice_id>/unreading", needs=Needs.SIGNED_IN)
def unmark(notice_id: int) -> Response:
    """Mark one as new again."""
    services.mark(session(), actor(), notice_id, read=False)
    return _back()


@pages.write("/inbox/readings", needs=Needs.SIGNED_IN)
def mark_all() -> Response:
    """Mark everything that was on the page, or older, as read."""
    names = queries.events_of(request.form.get("group", ""))
    number = services.mark_all(session(), actor(), names, request.form.get("upto", 0, type=int))
    text = ngettext("%(num)d notice marked as read.", "%(num)d notices marked as read.", number)
    offer(text, url_for("inbox.unmark_all", at=actor().now.isoformat()))
    return _back()


@pages.write("/inbox/unreadings", needs=Needs.SIGNED_IN)
def unmark_all() -> Response:
    """Undo `mark_all`."""
    try:
        at = dt.datetime.fromisoformat(request.args.get("at", ""))
        services.unmark_all(session(), actor(), at.astimezone(dt.UTC))
    except (ValueError, OverflowError) as error:
        raise InvalidError(_("There is nothing to undo.")) from error
    return _back()


@pages.read("/settings/notices", cache=Cache.NEVER)
def notices() -> str:
    """What one wants to be told by mail, and when."""
    return _wishes_page(WishForm.of(wishes.of(session(), actor().user_id)))


@pages.write("/settings/notices", needs=Needs.SIGNED_IN)
def choose() -> Response | tuple[str, int]:
    """Save it."""
    form = WishForm.of(None)
    if not form.validate():
        return _wishes_page(form), 422
    wishes.choose(session(), actor(), form.to_wish())
    flash(_("Saved."), "success")
    return redirect(url_for("inbox.notices"))


def _wishes_page(form: WishForm) -> str:
    return render_template(
        "account/notices.html",
        form=form,
        address=wishes.address(session(), actor().user_id),
        has_mail=settings().has_mail,
    )


def _back() -> Response:
    return redirect(came_from(request.referrer, request.host) or url_for("inbox.index"))
