"""Pages on which one asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.content import tags, writing
from portal.content.mentions.presenting import say_unreached
from portal.content.questions import presenting as questions
from portal.content.questions import queries
from portal.content.spaces.queries import writable_spaces
from portal.features.documents import policy, services
from portal.features.documents.asking.forms import QuestionForm
from portal.kernel.errors import InvalidError
from portal.web.context import item_url
from portal.web.database import session
from portal.web.i18n import locale
from portal.web.identity import actor
from portal.web.routing import Needs, Pages

if TYPE_CHECKING:
    from werkzeug import Response

    from portal.features.documents.models import Document

pages = Pages("asking", __name__)
Answer = str | tuple[str, int]


@pages.read("/questions/new", needs=Needs.MEMBER)
def new() -> Answer:
    """The form for a question."""
    form = _form()
    if not form.space.choices:
        return render_template("documents/no_space.html"), 403
    form.title.data = request.args.get("title", "")
    return render_template("questions/new.html", **_page(form, form.title.data))


@pages.write("/questions")
def create() -> Response | Answer:
    """Ask; without a script, a first look shows what has been asked before."""
    form = _form()
    sent = writing.sent_before(session(), actor(), form.submission.data)
    if sent:
        return redirect(item_url("document", sent))
    if request.form.get("action") == "look" or not form.validate():
        page = _page(form, form.title.data or "")
        return render_template("questions/new.html", **page), 200 if not form.errors else 422
    return _ask(form)


def _ask(form: QuestionForm) -> Response | Answer:
    try:
        made = services.create(session(), actor(), form.to_input())
    except InvalidError as error:
        form.title.errors = error.fields.get("title", [str(error.message)])
        return render_template("questions/new.html", **_page(form, form.title.data or "")), 422
    if policy.may_publish(actor(), made):
        services.publish(session(), actor(), made)
    flash(_said(made), "success")
    say_unreached(made)
    return redirect(item_url("document", made.id))


def _said(made: Document) -> str:
    if made.state != "published":
        return str(_("Saved as a draft."))
    asked = len(queries.asked(session(), actor(), made))
    if not asked:
        return str(_("Your question is published."))
    said = ngettext(
        "Your question is published, and %(num)d person who may know has been told.",
        "Your question is published, and %(num)d people who may know have been told.",
        asked,
    )
    return str(said)


def _form() -> QuestionForm:
    """The form with the spaces in which one publishes at once, beginning with the one that one comes from."""
    form = QuestionForm()
    spaces = [space for space in writable_spaces(session(), actor()) if space.id not in actor().reviewed]
    form.space.choices = [(space.id, space.label(locale())) for space in spaces]
    by_key = {space.key: space.id for space in spaces}
    if request.method == "GET" and spaces:
        form.space.data = by_key.get(request.args.get("space", ""), spaces[0].id)
    return form


def _page(form: QuestionForm, typed: str) -> dict[str, Any]:
    return {
        "form": form,
        "similar_url": url_for("questions.similar"),
        "tag_choices": [name for name, _count in tags.counted(session(), actor(), limit=100)],
        "action_url": url_for("asking.create"),
        **questions.similar_to(typed),
    }
