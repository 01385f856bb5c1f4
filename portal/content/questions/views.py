"""Pages of questions: lists, similar ones, the accepted answer, the people who may know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.content.questions import policy, presenting, queries, services
from portal.kernel.errors import InvalidError, NotFoundError
from portal.platform.access import find, require
from portal.platform.items import Item
from portal.web.context import item_url
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.identity import actor
from portal.web.routing import Needs, Pages

if TYPE_CHECKING:
    from werkzeug import Response

pages = Pages("questions", __name__)


@pages.read("/questions")
def index() -> str:
    """Questions that wait for an answer, and those that have one."""
    return render_template("questions/index.html", **presenting.index())


@pages.read("/questions/similar", needs=Needs.MEMBER)
def similar() -> str:
    """What has been asked before, while somebody types a question."""
    typed = request.args.get("title", "").strip()
    return render_template("questions/_similar.html", **presenting.similar_to(typed))


@pages.write("/replies/<int:item_id>/acceptance")
def accept(item_id: int) -> Response:
    """Say that a reply answers the question it stands under."""
    reply = queries.standing_reply(session(), actor(), item_id)
    if reply.holder_id is None:
        raise NotFoundError
    question = find(session(), actor(), Item, reply.holder_id)
    services.accept(session(), actor(), question, reply)
    offer(_("Marked as the answer."), url_for("questions.reopen", item_id=question.id))
    return redirect(item_url(question.kind, question.id) + "#answer")


@pages.write("/questions/<int:item_id>/reopening")
def reopen(item_id: int) -> Response:
    """Say that a question has no answer after all."""
    question = find(session(), actor(), Item, item_id)
    before = question.accepted_id
    services.reopen(session(), actor(), question)
    undo = url_for("questions.accept", item_id=before) if before else None
    offer(_("The question is open again."), undo)
    return redirect(item_url(question.kind, question.id) + "#replies")


@pages.read("/questions/<int:item_id>/people", needs=Needs.MEMBER)
def people(item_id: int) -> str:
    """Whom one may ask, those first who may know."""
    question = find(session(), actor(), Item, item_id)
    require(_may_ask_others(question))
    return render_template("questions/people.html", **presenting.people_page(question))


@pages.write("/questions/<int:item_id>/people")
def ask(item_id: int) -> Response | tuple[str, int]:
    """Ask one more person; who passes the question on is no longer waited for."""
    question = find(session(), actor(), Item, item_id)
    require(_may_ask_others(question))
    person, passes = request.form.get("person", 0, type=int), request.form.get("passes") == "1"
    try:
        services.ask_somebody(session(), actor(), question, person, passes=passes)
    except InvalidError as error:
        page = presenting.people_page(question, error.fields["person"][0])
        return render_template("questions/people.html", **page), 422
    flash(_("They have been asked."), "success")
    return redirect(item_url(question.kind, question.id))


@pages.write("/questions/<int:item_id>/passing")
def pass_by(item_id: int) -> Response:
    """Say that one does not know."""
    question = find(session(), actor(), Item, item_id)
    services.pass_by(session(), actor(), question)
    flash(_("Thank you. You are no longer waited for."), "success")
    return redirect(item_url(question.kind, question.id))


def _may_ask_others(question: Item) -> bool:
    own = queries.route(session(), question.id, actor().user_id)
    return policy.may_ask_others(actor(), question, is_asked=own is not None)
