"""Pages of the bin."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.content.presenting import here, neighbours
from portal.features.documents.binning import queries, services
from portal.kernel.errors import NotFoundError
from portal.platform.access import find_deleted
from portal.platform.items import Item
from portal.web.context import item_url, kind_label, settings
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.i18n import locale
from portal.web.identity import actor
from portal.web.routing import Needs, Pages

if TYPE_CHECKING:
    from werkzeug import Response

    from portal.features.documents.binning.queries import Binned

pages = Pages("bin", __name__)
RESTORE = {"document": "documents.restore", "reply": "replies.restore", "attachment": "attachments.restore"}


@pages.read("/bin", needs=Needs.MEMBER)
def index() -> str:
    """What one can bring back, and until when."""
    mine = request.args.get("of") != "spaces"
    page = queries.binned(session(), actor(), request.args.get("cursor"), mine=mine)
    return render_template(
        "bin/index.html", rows=[_shown(row) for row in page.rows], page=neighbours(page), mine=mine,
        days=settings().bin_days, tabs=_tabs(mine=mine) if actor().edits else [],
    )  # fmt: skip


@pages.read("/bin/<int:item_id>", needs=Needs.MEMBER)
def show(item_id: int) -> str:
    """Asks whether something is really to go for good."""
    row = queries.one(session(), actor(), item_id)
    if row is None:
        raise NotFoundError
    return render_template("bin/show.html", row=_shown(row), back_url=url_for("bin.index"))


@pages.write("/bin/<int:item_id>/purges")
def purge(item_id: int) -> Response:
    """Remove something for good."""
    services.purge(session(), actor(), find_deleted(session(), actor(), Item, item_id))
    offer(_("It is gone for good."))
    return redirect(url_for("bin.index"))


def _tabs(*, mine: bool) -> list[tuple[str, str, bool, None]]:
    return [
        (_("What I wrote"), here(of=None, cursor=None), mine, None),
        (_("In spaces that I edit"), here(of="spaces", cursor=None), not mine, None),
    ]


def _shown(row: Binned) -> dict[str, Any]:
    ends = row.deleted_at + dt.timedelta(days=settings().bin_days)
    left = max((ends - actor().now).days, 0)
    return {
        "title": row.title or _("Reply to “%(title)s”", title=row.holder_title or _("a deleted document")),
        "kind": kind_label(row.kind),
        "is_part": row.kind != "document",
        "holder_title": row.holder_title if row.kind == "attachment" else "",
        "author_name": row.author_name,
        "space_name": row.space_name_en if locale() == "en" and row.space_name_en else row.space_name,
        "deleted_at": row.deleted_at,
        "deleted_by": row.deleted_by,
        "left": ngettext("%(num)d day left", "%(num)d days left", left)
        if left
        else _("Less than a day left"),
        "is_soon": left < 3,  # noqa: PLR2004 - so many days before the end one is warned
        "target_url": item_url("document", row.target_id) if row.target_id else None,
        "restore_url": _restore_url(row),
        "purge_url": url_for("bin.purge", item_id=row.id),
        "ask_url": url_for("bin.show", item_id=row.id),
    }


def _restore_url(row: Binned) -> str | None:
    """Where to bring it back; a reply or a file needs what it belonged to."""
    if row.kind != "document" and row.holder_id is None:
        return None
    return url_for("merging.undo" if row.target_id else RESTORE[row.kind], item_id=row.id)
