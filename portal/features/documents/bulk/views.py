"""Pages of acts on several documents: the form stands in the lists, here is what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.content import cards
from portal.content.presenting import shown
from portal.features.documents.bulk import services
from portal.kernel.errors import InvalidError
from portal.kernel.typed import line
from portal.web.addresses import local_path
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.identity import actor
from portal.web.routing import Needs, Pages

if TYPE_CHECKING:
    from werkzeug import Response

    from portal.features.documents.bulk.models import Batch

pages = Pages("bulk", __name__)


@pages.write("/batches")
def create() -> Response:
    """Do one thing to the chosen documents; back to the list, or to what was refused."""
    back = local_path(request.form.get("back")) or url_for("spaces.index")
    try:
        batch = services.run(session(), actor(), _wanted())
    except InvalidError as error:
        flash(str(error.message), "warning")
        return redirect(back)
    if batch.done:
        offer(_said(batch), url_for("bulk.undo", batch_id=batch.id, back=back))
    return redirect(url_for("bulk.show", batch_id=batch.id, back=back) if batch.refused else back)


@pages.read("/batches/<int:batch_id>", needs=Needs.MEMBER)
def show(batch_id: int) -> str:
    """What was done and what was refused, with the reasons."""
    batch = services.look(session(), actor(), batch_id)
    ids = [row["id"] for row in [*batch.refused, *batch.done]]
    named = {card.id: card for card in shown(cards.by_ids(session(), actor(), ids))}
    return render_template(
        "bulk/show.html", refused=[(named.get(row["id"]), row["why"]) for row in batch.refused],
        done=[named[row["id"]] for row in batch.done if row["id"] in named], said=_said(batch),
        is_undone=batch.undone_at is not None, back_url=local_path(request.args.get("back")) or url_for("spaces.index"),
        undo_url=url_for("bulk.undo", batch_id=batch_id, back=request.args.get("back")),
    )  # fmt: skip


@pages.write("/batches/<int:batch_id>/undoing")
def undo(batch_id: int) -> Response:
    """Take back what was done to all of them."""
    back = local_path(request.args.get("back")) or url_for("spaces.index")
    refused = services.undo(session(), actor(), services.of(session(), actor(), batch_id))
    if refused:
        flash(_("Not everything could be undone."), "warning")
        return redirect(url_for("bulk.show", batch_id=batch_id, back=back))
    flash(_("Undone."), "success")
    return redirect(back)


def _wanted() -> services.BulkInput:
    ids = [int(text) for text in request.form.getlist("ids") if text.isdecimal() and len(text) < 10]  # noqa: PLR2004 - what fits into a key
    return services.BulkInput(
        act=request.form.get("act", ""),
        ids=ids,
        space_id=request.form.get("space", 0, type=int),
        tag=line(request.form.get("tag")),
    )


def _said(batch: Batch) -> str:
    number = len(batch.done)
    sentences = {
        "move": ngettext("%(num)d document moved.", "%(num)d documents moved.", number),
        "tag": ngettext("Tag added to %(num)d document.", "Tag added to %(num)d documents.", number),
        "untag": ngettext("Tag taken off %(num)d document.", "Tag taken off %(num)d documents.", number),
        "publish": ngettext("%(num)d document published.", "%(num)d documents published.", number),
        "archive": ngettext("%(num)d document archived.", "%(num)d documents archived.", number),
        "delete": ngettext("%(num)d document deleted.", "%(num)d documents deleted.", number),
        "read_later": ngettext(
            "%(num)d document put on your reading list.",
            "%(num)d documents put on your reading list.",
            number,
        ),
    }
    return str(sentences[batch.act])
