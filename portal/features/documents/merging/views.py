"""Pages for merging: choose, look, merge, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.content.presenting import shown
from portal.features.documents import policy
from portal.features.documents.merging import queries, services
from portal.features.documents.models import Document
from portal.kernel.errors import ConflictError, InvalidError
from portal.kernel.typed import line
from portal.platform.access import find, find_deleted, require
from portal.web.context import item_url
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.headers import allow_drawing
from portal.web.identity import actor
from portal.web.routing import Needs, Pages

if TYPE_CHECKING:
    from werkzeug import Response

    from portal.content.manuscripts import Manuscript

pages = Pages("merging", __name__)


@pages.read("/documents/<int:item_id>/merge", needs=Needs.MEMBER)
def new(item_id: int) -> str:
    """Choose what a document is to be merged into; once chosen, what will come of it."""
    source = find(session(), actor(), Document, item_id)
    require(policy.may_edit(actor(), source))
    into = request.args.get("into", type=int)
    if into is not None:
        return _preview(source, find(session(), actor(), Document, into))
    text = line(request.args.get("q"))
    cards = shown(queries.candidates(session(), actor(), source, text))
    rows = [(card, url_for("merging.new", item_id=item_id, into=card.id)) for card in cards]
    return render_template("merging/choose.html", document=_named(source), rows=rows, q=text)


@pages.write("/documents/<int:item_id>/merges")
def create(item_id: int) -> Response | tuple[str, int]:
    """Merge, with a way back."""
    source = find(session(), actor(), Document, item_id)
    target = find(session(), actor(), Document, request.form.get("into", 0, type=int))
    versions = (request.form.get(name, 0, type=int) for name in ("source_version", "target_version"))
    wanted = services.MergeInput(_joined(source, target), *versions)
    try:
        services.merge(session(), actor(), source, target, wanted)
    except (ConflictError, InvalidError) as error:
        return _preview(source, target, str(error.message)), error.status
    offer(_("Merged. The old address leads here now."), url_for("merging.undo", item_id=item_id))
    return redirect(item_url("document", target.id))


@pages.write("/documents/<int:item_id>/unmerging")
def undo(item_id: int) -> Response:
    """Bring a merged document back."""
    source = find_deleted(session(), actor(), Document, item_id)
    is_whole = services.undo(session(), actor(), source)
    offer(
        _("The document is back, and the other one has its former text.")
        if is_whole
        else _("The document is back. The other one was changed since and keeps its text; look it over.")
    )
    return redirect(item_url("document", item_id))


def _preview(source: Document, target: Document, problem: str = "") -> str:
    require(services.may_merge(actor(), source, target), _("You may edit only one of the two documents."))
    made = _joined(source, target)
    if made.rendered.has_mermaid:
        allow_drawing()
    return render_template(
        "merging/preview.html", source=_named(source), target=_named(target), made=made, problem=problem,
        warnings=_warnings(source, target), **_ways(source, target), reply_count=source.reply_count,
        action_url=url_for("merging.create", item_id=source.id), new_url=url_for("merging.new", item_id=source.id),
    )  # fmt: skip


def _joined(source: Document, target: Document) -> Manuscript:
    title, text = _chosen()
    wanted = source.title if title == "source" else target.title
    return services.joined(session(), source, target, wanted, text)


def _chosen() -> tuple[str, str]:
    """Whose title and which text are to stay."""
    title = "source" if request.values.get("title") == "source" else "target"
    return title, services.KEEP if request.values.get("text") == services.KEEP else services.APPEND


def _ways(source: Document, target: Document) -> dict[str, Any]:
    """The choices that a merge leaves, as links to the preview of each."""
    title, text = _chosen()

    def url(**chosen: str) -> str:
        wanted: dict[str, Any] = {"title": title, "text": text, **chosen}
        return url_for("merging.new", item_id=source.id, into=target.id, **wanted)

    titles = [("target", target.title), ("source", source.title)]
    texts = [(services.APPEND, _("Both, one below the other")), (services.KEEP, _("Only the one that stays"))]
    return {
        "title": title,
        "text": text,
        "titles": [(label, url(title=name), name == title, None) for name, label in titles],
        "texts": [(label, url(text=name), name == text, None) for name, label in texts],
    }


def _named(document: Document) -> dict[str, Any]:
    url = item_url("document", document.id)
    return {"id": document.id, "title": document.title, "url": url, "version": document.version}


def _warnings(source: Document, target: Document) -> list[str]:
    reach = queries.reach(session(), source, target)
    sentences = [
        reach.gaining
        and ngettext(
            "%(num)d person who cannot read “%(title)s” today will read what comes from it.",
            "%(num)d people who cannot read “%(title)s” today will read what comes from it.",
            reach.gaining,
            title=source.title,
        ),
        reach.losing
        and ngettext(
            "%(num)d person who reads “%(title)s” today will not be able to read the merged document.",
            "%(num)d people who read “%(title)s” today will not be able to read the merged document.",
            reach.losing,
            title=source.title,
        ),
    ]
    return [sentence for sentence in sentences if sentence]
