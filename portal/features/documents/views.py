"""Pages of documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from portal.content import links, readings, writing
from portal.content.manuscripts import prepare
from portal.content.mentions.presenting import say_unreached, settled
from portal.content.presenting import shown
from portal.content.redirecting import follows_redirects
from portal.content.replies.queries import thread
from portal.features.documents import pages as parts
from portal.features.documents import policy, queries, services
from portal.features.documents.conflicts.forms import chosen
from portal.features.documents.conflicts.pages import conflict_page
from portal.features.documents.forms import DocumentForm
from portal.features.documents.models import Document
from portal.features.documents.reviews import services as reviews
from portal.features.documents.surroundings import around
from portal.kernel.errors import ConflictError, InvalidError
from portal.platform import access
from portal.web.context import item_url
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.headers import allow_drawing
from portal.web.identity import actor
from portal.web.routing import Needs, Pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

pages = Pages("documents", __name__)
Answer = Response | tuple[str, int] | str


@pages.read("/documents/<int:item_id>")
@follows_redirects
def show(item_id: int) -> str:
    """A document with its replies and neighbours."""
    sheet = queries.sheet(session(), actor(), item_id)
    if sheet.rendering.has_mermaid:
        allow_drawing()
    replies = thread(session(), actor(), item_id)
    talk = parts.conversation(replies, request.args.get("to", type=int), sheet.document.accepted_id)
    related = shown(links.related(session(), actor(), sheet.document))
    backlinks = shown(links.backlinks(session(), actor(), sheet.document))
    neighbours = {"related": related, "backlinks": backlinks}
    return render_template(
        "documents/show.html", **parts.page(sheet), **talk, **neighbours, **around(sheet.document)
    )


@pages.read("/documents/<int:item_id>/readers")
def readers(item_id: int) -> str:
    """Who has read a document, for those who must know."""
    document = access.find(session(), actor(), Document, item_id)
    access.require(
        policy.may_see_readers(actor(), document), _("Only the author and the editors of the space see this.")
    )
    rows = readings.readers(session(), item_id)
    return render_template("documents/readers.html", **parts.readers_page(document, rows))


@pages.read("/documents/new", needs=Needs.MEMBER)
def new() -> Answer:
    """The form for a new document."""
    form = parts.fill_choices(DocumentForm())
    if not form.space.choices:
        return render_template("documents/no_space.html"), 403
    parts.preset(form, request.args)
    return _form_page(form, None)


@pages.write("/documents")
def create() -> Answer:
    """Save a new document, as a draft or for its audience."""
    form = parts.fill_choices(DocumentForm())
    sent = writing.sent_before(session(), actor(), form.submission.data)
    if sent:
        return redirect(item_url("document", sent))
    return _save(form, None, lambda wanted: services.create(session(), actor(), wanted))


@pages.read("/documents/<int:item_id>/edit")
def edit(item_id: int) -> Answer:
    """The form of a document."""
    document = access.find(session(), actor(), Document, item_id)
    if policy.may_suggest(actor(), document):
        return redirect(url_for("reviews.suggest", item_id=item_id))
    access.require(policy.may_edit(actor(), document))
    return _form_page(parts.fill_from(DocumentForm(), document), document)


@pages.write("/documents/<int:item_id>")
def change(item_id: int) -> Answer:
    """Save a document."""
    # The page of a conflict sends choices; whoever reads the form behind here sees what was chosen.
    request.form = chosen(request.form)
    form = DocumentForm()
    document = access.find(session(), actor(), Document, item_id)
    access.require(policy.may_edit(actor(), document))
    parts.fill_choices(form, document)

    def save(wanted: services.DocumentInput) -> Document:
        services.edit(session(), actor(), document, wanted, form.expected)
        return document

    wants_editor = request.form.get("then") == "edit"
    return _form_page(form, document) if wants_editor else _save(form, document, save)


def _save(form: DocumentForm, document: Document | None, save: Callable[[Any], Document]) -> Answer:
    """Save what a form holds, or show the form again with what does not fit or what somebody else has saved."""
    if not form.validate():
        return _form_page(form, document), 422
    try:
        saved = save(form.to_input())
        if request.form.get("action") == "publish":
            reviews.publish_or_submit(session(), actor(), saved, form.note.data or "")
    except InvalidError as error:
        return _form_page(parts.with_errors(form, error), document), 422
    except ConflictError as conflict:
        return render_template("documents/conflict.html", **conflict_page(form, conflict.current)), 409
    flash(parts.saved(saved), "success")
    say_unreached(saved)
    return redirect(item_url("document", saved.id))


@pages.write("/documents/preview")
def preview() -> str:
    """The text as it will look, for the editor."""
    body = settled(request.form.get("body", ""))
    return render_template("documents/_preview.html", html=prepare("", body).rendered.html)


def _move(item_id: int, verb: Callable[..., None], sentence: str, *, undo: str | None = None) -> Response:
    """Change the state of a document and offer the way back."""
    document = access.find(session(), actor(), Document, item_id)
    verb(session(), actor(), document)
    if undo == "documents.publish" and not policy.may_publish(actor(), document):
        undo = None  # where documents are reviewed, one's own way back leads through review
    offer(sentence, url_for(undo, item_id=item_id) if undo else None)
    say_unreached(document)
    gone = document.state == "deleted"
    return redirect(url_for("spaces.index") if gone else item_url("document", item_id))


@pages.write("/documents/<int:item_id>/publication")
def publish(item_id: int) -> Response:
    """Show it to its audience, or bring it back from the archive."""
    return _move(item_id, services.publish, _("Published."))


@pages.write("/documents/<int:item_id>/withdrawal")
def withdraw(item_id: int) -> Response:
    """Make it a draft again."""
    return _move(item_id, services.withdraw, _("Withdrawn; it is a draft again."), undo="documents.publish")


@pages.write("/documents/<int:item_id>/archiving")
def archive(item_id: int) -> Response:
    """Take it out of lists and ordinary search."""
    return _move(item_id, services.archive, _("Archived."), undo="documents.publish")


@pages.write("/documents/<int:item_id>/deletion")
def delete(item_id: int) -> Response:
    """Put it into the bin."""
    return _move(item_id, services.delete, _("Deleted."), undo="documents.restore")


@pages.write("/documents/<int:item_id>/restoration")
def restore(item_id: int) -> Response:
    """Take it out of the bin."""
    document = access.find_deleted(session(), actor(), Document, item_id)
    services.restore(session(), actor(), document)
    flash(_("The document is back."), "success")
    return redirect(item_url("document", item_id))


def _form_page(form: DocumentForm, document: Document | None) -> str:
    allow_drawing()  # the live preview may hold a drawing
    return render_template("documents/form.html", **parts.form_page(form, document))
