"""Pages of verification: of one item, the board, the rules of spaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.content.spaces.queries import find_space
from portal.content.verification import acts, bulk, forms, policy, presenting, queries, services, weeks
from portal.kernel.errors import NotFoundError
from portal.platform.access import find, require
from portal.platform.items import Item
from portal.web.addresses import came_from
from portal.web.context import item_url, settings
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.identity import actor
from portal.web.routing import Needs, Pages

if TYPE_CHECKING:
    from werkzeug import Response

    from portal.content.verification.bulk import Outcome
    from portal.content.verification.models import VerificationAct

pages = Pages("verification", __name__)
SHOWN_REFUSALS = 5


@pages.read("/verification")
def board() -> str:
    """What waits to be verified, by whom."""
    key = request.args.get("space", "")
    space = find_space(session(), actor(), key) if key else None
    tab = request.args.get("tab", queries.MINE)
    wanted = queries.Wanted(
        tab if tab in queries.TABS else queries.MINE, space.id if space else None, request.args.get("cursor")
    )
    return render_template("verification/board.html", **presenting.board(wanted, space))


@pages.read("/items/<int:item_id>/verification")
def show(item_id: int) -> str:
    """Who vouches for an item, who keeps it, and what was said of it."""
    item = find(session(), actor(), Item, item_id)
    if not policy.is_verifiable(item):
        raise NotFoundError
    return render_template("verification/show.html", **presenting.page(item))


@pages.write("/items/<int:item_id>/verification")
def verify(item_id: int) -> Response:
    """Vouch for an item as one has seen it."""
    item = find(session(), actor(), Item, item_id)
    act = acts.begin(session(), actor(), "verified")
    services.verify(session(), actor(), item, forms.seen(request.form), weeks.limits(settings()), act)
    return _done(item, act, _("Verified. Thank you."))


@pages.write("/items/<int:item_id>/verification/plan")
def plan(item_id: int) -> Response:
    """Say who keeps an item and how often it is looked at."""
    item = find(session(), actor(), Item, item_id)
    act = acts.begin(session(), actor(), "planned")
    services.plan(session(), actor(), item, forms.plan(request.form), weeks.limits(settings()), act)
    return _done(item, act, _("Saved."))


@pages.write("/items/<int:item_id>/doubts")
def doubt(item_id: int) -> Response:
    """Say that an item is no longer right."""
    item = find(session(), actor(), Item, item_id)
    act = acts.begin(session(), actor(), "doubted")
    services.doubt(session(), actor(), item, request.form.get("reason", ""), act)
    return _done(item, act, _("Thank you. Those who keep it have been told."))


@pages.write("/verification/selection")
def several() -> Response:
    """Verify several items, or change who keeps them and how often."""
    chosen, limits = forms.chosen(request.form), weeks.limits(settings())
    if request.form.get("action") == "verify":
        outcome = bulk.verify_all(session(), actor(), chosen, limits)
        sentence = ngettext("%(num)s document verified.", "%(num)s documents verified.", outcome.done)
    else:
        outcome = bulk.plan_all(session(), actor(), chosen, forms.change(request.form), limits)
        sentence = ngettext("%(num)s document changed.", "%(num)s documents changed.", outcome.done)
    return _told(outcome, sentence)


@pages.write("/verification/acts/<int:act_id>/reversal")
def undo(act_id: int) -> Response:
    """Take back what one did last."""
    number = acts.undo(session(), actor(), act_id)
    offer(ngettext("Taken back for %(num)s document.", "Taken back for %(num)s documents.", number))
    return _back()


@pages.read("/spaces/<key>/verification", needs=Needs.MEMBER)
def rule(key: str) -> str:
    """What a space wants of all its documents."""
    space = find_space(session(), actor(), key)
    require(policy.may_rule(actor(), space), _("Only the editors of the space and administrators do this."))
    return render_template("verification/rule.html", **presenting.rule_page(space))


@pages.write("/spaces/<key>/verification")
def set_rule(key: str) -> Response:
    """Say what a space wants of all its documents."""
    space = find_space(session(), actor(), key)
    days, keeper = request.form.get("interval", type=int), request.form.get("keeper", "")
    services.set_rule(session(), actor(), space, days, keeper)
    offer(_("Saved. Documents without a plan get one within the minute."))
    return redirect(url_for("verification.board", tab=queries.SPACES, space=space.key))


def _done(item: Item, act: VerificationAct, sentence: str) -> Response:
    """End an act with one item, offer to undo it, and lead back to the item."""
    url = url_for("verification.undo", act_id=act.id) if act.before else None
    acts.close(session(), actor(), act)
    offer(sentence, url)
    return _back(item_url(item.kind, item.id))


def _told(outcome: Outcome, sentence: str) -> Response:
    url = url_for("verification.undo", act_id=outcome.act_id) if outcome.act_id else None
    if outcome.done or not outcome.refused:
        offer(sentence if outcome.done else _("Nothing was changed."), url)
    for title, reason in outcome.refused[:SHOWN_REFUSALS]:
        offer(_("Not “%(title)s”: %(reason)s", title=title, reason=reason), category="warning")
    more = len(outcome.refused) - SHOWN_REFUSALS
    if more > 0:
        offer(ngettext("%(num)s more was refused.", "%(num)s more were refused.", more), category="warning")
    return _back()


def _back(default: str = "") -> Response:
    """Where one came from, as far as that is a page of the portal."""
    return redirect(came_from(request.referrer, request.host) or default or url_for("verification.board"))
