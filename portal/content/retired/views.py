"""Pages of retired phrases: the list, one phrase with where it still stands, and what editors ask while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.content.retired import checking, presenting, queries, services
from portal.content.retired.forms import PhraseForm
from portal.content.retired.policy import may_retire
from portal.kernel.errors import InvalidError
from portal.platform import access
from portal.web import refusals
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.identity import actor
from portal.web.routing import Needs, Pages

if TYPE_CHECKING:
    from werkzeug import Response

    from portal.content.retired.models import RetiredPhrase

pages = Pages("retired", __name__)


@pages.read("/retired")
def index() -> str:
    """All retired phrases, with how far their clearing has come."""
    withdrawn = request.args.get("state") == "withdrawn"
    rows = queries.overview(session(), actor(), withdrawn=withdrawn)
    return render_template("retired/index.html", **presenting.index_page(rows, withdrawn=withdrawn))


@pages.read("/retired/phrases")
def phrases() -> dict[str, Any]:
    """The phrases in force, for editors that warn while one types."""
    return {"phrases": [presenting.for_editor(phrase) for phrase in checking.active(session())]}


@pages.read("/retired/new", needs=Needs.MEMBER)
def new() -> str:
    """The form for retiring a phrase."""
    access.require(may_retire(actor()), _("Publishers and administrators retire phrases."))
    return _form_page(PhraseForm(), None)


@pages.write("/retired")
def create() -> Response | tuple[str, int]:
    """Retire a phrase."""
    form = PhraseForm()
    if not form.validate():
        return _form_page(form, None), 422
    try:
        retired = services.retire(session(), actor(), form.to_input())
    except InvalidError as error:
        return _form_page(refusals.show(form, error.fields), None), 422
    flash(_("Retired. Everything written so far is being looked through."), "success")
    return redirect(url_for("retired.show", phrase_id=retired.id))


@pages.read("/retired/<int:phrase_id>")
def show(phrase_id: int) -> str:
    """One phrase: how far its clearing has come, and where it still stands."""
    retired = services.find(session(), phrase_id)
    which = request.args.get("which", queries.OPEN)
    count = queries.counts(session(), actor(), phrase_id).get(phrase_id, queries.Count())
    found = queries.page(session(), actor(), phrase_id, which, request.args.get("cursor"))
    page = "retired/_progress.html" if request.headers.get("HX-Request") else "retired/show.html"
    return render_template(page, **presenting.show_page(retired, count, which, found))


@pages.read("/retired/<int:phrase_id>/edit", needs=Needs.MEMBER)
def edit(phrase_id: int) -> str:
    """The form of what to say instead."""
    access.require(may_retire(actor()))
    retired = services.find(session(), phrase_id)
    return _form_page(PhraseForm(obj=retired), retired)


@pages.write("/retired/<int:phrase_id>")
def change(phrase_id: int) -> Response | tuple[str, int]:
    """Save what to say instead."""
    form = PhraseForm()
    retired = services.find(session(), phrase_id)
    form.phrase.data = retired.phrase
    if not form.validate():
        return _form_page(form, retired), 422
    try:
        services.reword(session(), actor(), retired, form.to_input())
    except InvalidError as error:
        return _form_page(refusals.show(form, error.fields), retired), 422
    flash(_("Saved."), "success")
    return redirect(url_for("retired.show", phrase_id=phrase_id))


@pages.write("/retired/<int:phrase_id>/withdrawal")
def withdraw(phrase_id: int) -> Response:
    """Let a phrase be used again."""
    services.withdraw(session(), actor(), services.find(session(), phrase_id))
    offer(_("The phrase may be used again."), url_for("retired.renew", phrase_id=phrase_id))
    return redirect(url_for("retired.index"))


@pages.write("/retired/<int:phrase_id>/renewal")
def renew(phrase_id: int) -> Response:
    """Retire it again after all."""
    services.renew(session(), actor(), services.find(session(), phrase_id))
    flash(_("Retired. Everything written so far is being looked through."), "success")
    return redirect(url_for("retired.show", phrase_id=phrase_id))


@pages.write("/retired/<int:phrase_id>/items/<int:item_id>/excuse")
def excuse(phrase_id: int, item_id: int) -> Response:
    """Let it stay in one item, with a reason."""
    finding, item = queries.find_finding(session(), actor(), phrase_id, item_id)
    services.excuse(session(), actor(), finding, item, request.form.get("reason", ""))
    undo = url_for("retired.accuse", phrase_id=phrase_id, item_id=item_id)
    offer(_("It may stay there; the reason is on record."), undo)
    return redirect(url_for("retired.show", phrase_id=phrase_id, which=request.form.get("which")))


@pages.write("/retired/<int:phrase_id>/items/<int:item_id>/accusation")
def accuse(phrase_id: int, item_id: int) -> Response:
    """Take the excuse back."""
    finding, item = queries.find_finding(session(), actor(), phrase_id, item_id)
    services.accuse(session(), actor(), finding, item)
    flash(_("It counts again."), "success")
    return redirect(url_for("retired.show", phrase_id=phrase_id))


def _form_page(form: PhraseForm, retired: RetiredPhrase | None) -> str:
    known = retired.id if retired else 0
    action = url_for("retired.change", phrase_id=known) if known else url_for("retired.create")
    back = url_for("retired.show", phrase_id=known) if known else url_for("retired.index")
    return render_template(
        "retired/form.html", form=form, retired=retired, action_url=action, cancel_url=back
    )
