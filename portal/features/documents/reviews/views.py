"""Pages of review: the queue, a request, and the verbs of those who take part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response as Redirect

from portal.features.documents import policy as documents
from portal.features.documents.models import Document
from portal.features.documents.pages import with_errors
from portal.features.documents.reviews import deciding, policy, queries, services
from portal.features.documents.reviews import pages as parts
from portal.features.documents.reviews.forms import SuggestionForm, remark_of
from portal.kernel.errors import InvalidError
from portal.platform import access
from portal.web.context import item_url
from portal.web.database import session
from portal.web.headers import allow_drawing
from portal.web.identity import actor
from portal.web.routing import Pages

if TYPE_CHECKING:
    from portal.features.documents.reviews.models import ChangeRequest

pages = Pages("reviews", __name__)
Answer = Redirect | tuple[str, int] | str


@pages.read("/reviews")
def index() -> str:
    """What waits for the person, what they have sent back, and what they have sent in."""
    return render_template("reviews/index.html", **parts.queue_page())


@pages.read("/reviews/<int:request_id>")
def show(request_id: int) -> str:
    """A request."""
    found, document = queries.find(session(), actor(), request_id)
    allow_drawing()
    return render_template("reviews/show.html", **parts.request_page(found, document))


@pages.read("/reviews/<int:request_id>/text")
def text(request_id: int) -> Response:
    """One's own words as a file, for whoever may no longer read what they were meant for."""
    own = queries.own_text(session(), actor(), request_id)
    answer = Response(f"# {own.title}\n\n{own.body}\n", mimetype="text/markdown")
    answer.headers["Content-Disposition"] = f'attachment; filename="suggestion-{own.id}.md"'
    return answer


@pages.write("/documents/<int:item_id>/review")
def submit(item_id: int) -> Redirect:
    """Send a document for review."""
    document = access.find(session(), actor(), Document, item_id)
    services.submit(session(), actor(), document, request.form.get("note", "")[:200])
    flash(_("Sent for review. You will be told what becomes of it."), "success")
    return redirect(item_url("document", item_id))


@pages.read("/documents/<int:item_id>/suggestion")
def suggest(item_id: int) -> Answer:
    """The editor with what a document says, for somebody who may not change it."""
    document = access.find(session(), actor(), Document, item_id)
    access.require(documents.may_suggest(actor(), document))
    own = queries.pending_change(session(), actor(), document)
    if own:
        flash(_("You have proposed a change already. You can change it here until it is decided."), "info")
        return redirect(url_for("reviews.edit", request_id=own.id))
    return _editor(parts.suggestion_form(document), document)


@pages.write("/documents/<int:item_id>/suggestions")
def propose(item_id: int) -> Answer:
    """Propose a change."""
    form = SuggestionForm()
    document = access.find(session(), actor(), Document, item_id)
    access.require(documents.may_suggest(actor(), document))
    parts.choices(form, document)
    return _save(form, document, None)


@pages.read("/reviews/<int:request_id>/edit")
def edit(request_id: int) -> Answer:
    """The editor with what one has proposed."""
    own, document = queries.find(session(), actor(), request_id)
    access.require(policy.may_revise(actor(), own), services.DECIDED)
    return _editor(parts.revision_form(own, document), document, own)


@pages.write("/reviews/<int:request_id>")
def revise(request_id: int) -> Answer:
    """Change what one has proposed."""
    form = SuggestionForm()
    own, document = queries.find(session(), actor(), request_id)
    access.require(policy.may_revise(actor(), own), services.DECIDED)
    parts.choices(form, document)
    return _save(form, document, own)


def _save(form: SuggestionForm, document: Document, own: ChangeRequest | None) -> Answer:
    """Send what a form holds, or show it again with what does not fit."""
    if not form.validate():
        return _editor(form, document, own), 422
    try:
        wanted = form.to_input()
        if own:
            services.revise(session(), actor(), own, document, wanted, form.versions)
        else:
            own = services.propose(session(), actor(), document, wanted, form.expected)
    except InvalidError as error:
        return _editor(with_errors(form, error), document, own), 422
    flash(_("Sent for review. You will be told what becomes of it."), "success")
    return redirect(url_for("reviews.show", request_id=own.id))


def _editor(form: SuggestionForm, document: Document, own: ChangeRequest | None = None) -> str:
    allow_drawing()  # the live preview may hold a drawing
    return render_template("documents/form.html", **parts.suggestion_page(form, document, own))


@pages.write("/reviews/<int:request_id>/approval")
def approve(request_id: int) -> Redirect:
    """Publish, or let the document say what was proposed."""
    manuscript = parts.proposed(request_id)
    found, document = queries.find(session(), actor(), request_id)
    seen = request.form.get("seen", 0, type=int)
    deciding.approve(session(), actor(), found, document, seen, manuscript)
    flash(_("Approved and published."), "success")
    return redirect(parts.after(document))


@pages.write("/reviews/<int:request_id>/return")
def send_back(request_id: int) -> Answer:
    """Ask for something else, with a reason."""
    reason = remark_of(request.form)
    found, document = queries.find(session(), actor(), request_id)
    try:
        deciding.send_back(session(), actor(), found, document, reason)
    except InvalidError as error:
        page = parts.request_page(found, document) | {
            "reason_error": parts.sentence(error),
            "reason": reason.body,
        }
        return render_template("reviews/show.html", **page), 422
    flash(_("Sent back with your reason."), "success")
    return redirect(url_for("reviews.index"))


@pages.write("/reviews/<int:request_id>/withdrawal")
def withdraw(request_id: int) -> Redirect:
    """Take back what one has sent in."""
    found, document = queries.find(session(), actor(), request_id)
    services.withdraw(session(), actor(), found, document)
    flash(_("Taken back."), "success")
    return redirect(item_url("document", document.id))


@pages.write("/reviews/<int:request_id>/remarks")
def remark(request_id: int) -> Answer:
    """Say something about it."""
    said = remark_of(request.form)
    found, document = queries.find(session(), actor(), request_id)
    try:
        services.remark(session(), actor(), found, document, said)
    except InvalidError as error:
        page = parts.request_page(found, document) | {
            "remark_error": parts.sentence(error),
            "said": said.body,
        }
        return render_template("reviews/show.html", **page), 422
    return redirect(url_for("reviews.show", request_id=request_id) + "#talk")


@pages.write("/reviews/<int:request_id>/reviewer")
def assign(request_id: int) -> Redirect:
    """Take it on, or leave it to somebody."""
    found, document = queries.find(session(), actor(), request_id)
    deciding.assign(session(), actor(), found, document, request.form.get("reviewer", type=int))
    flash(_("Noted who reviews it."), "success")
    return redirect(url_for("reviews.show", request_id=request_id))


@pages.write("/reviews/<int:request_id>/update")
def update(request_id: int) -> Redirect:
    """Let it build on what the document says now, as far as nothing is in dispute."""
    text, seen = parts.merged(request_id)
    found, document = queries.find(session(), actor(), request_id)
    deciding.update(session(), actor(), found, document, text, seen)
    flash(_("Up to date: it builds on what the document says now."), "success")
    return redirect(url_for("reviews.show", request_id=request_id))
