"""Pages of watching: all that one follows, follow, stop, go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.content.manuscripts import fold_tag
from portal.content.spaces.queries import space_ids
from portal.content.watching import presenting, services
from portal.content.watching.models import ITEM, PERSON, QUERY, SPACE, TAG
from portal.kernel import typed
from portal.kernel.errors import InvalidError, NotFoundError
from portal.people import queries as people
from portal.platform.access import find
from portal.platform.items import Item
from portal.platform.search.syntax import parse
from portal.web.addresses import came_from
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.identity import actor
from portal.web.routing import Needs, Pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug import Response

pages = Pages("following", __name__)


@pages.read("/following")
def index() -> str:
    """All that one follows."""
    return render_template("watching/index.html", **presenting.page())


@pages.write("/following", needs=Needs.SIGNED_IN)
def follow() -> Response:
    """Follow something that one may read."""
    sort, target = request.form.get("sort", ""), typed.line(request.form.get("target"))
    if sort not in CHECKED or not target:
        raise InvalidError(_("This cannot be followed."))
    made = services.follow(session(), actor(), sort, CHECKED[sort](target))
    offer(_("You follow this now. News comes to your inbox."), url_for("following.stop", follow_id=made.id))
    return _back()


@pages.write("/following/<int:follow_id>/end", needs=Needs.SIGNED_IN)
def stop(follow_id: int) -> Response:
    """Follow it no more."""
    services.stop(session(), actor(), follow_id)
    offer(_("You no longer follow this."), url_for("following.go_on", follow_id=follow_id))
    return _back()


@pages.write("/following/<int:follow_id>/resumption", needs=Needs.SIGNED_IN)
def go_on(follow_id: int) -> Response:
    """Undo `stop`."""
    services.go_on(session(), actor(), follow_id)
    flash(_("You follow this again."), "success")
    return _back()


def _back() -> Response:
    return redirect(came_from(request.referrer, request.host) or url_for("following.index"))


def _number(target: str) -> int:
    if not target.isascii() or not target.isdigit() or len(target) > 9:  # noqa: PLR2004 - digits of a key
        raise NotFoundError
    return int(target)


def _item(target: str) -> str:
    item = find(session(), actor(), Item, _number(target))
    return str(item.holder_id or item.id)


def _space(target: str) -> str:
    if _number(target) not in space_ids(actor()):
        raise NotFoundError
    return target


def _person(target: str) -> str:
    return str(people.person(session(), target).id)


def _query(target: str) -> str:
    tree = parse(target)
    if tree.is_empty:
        raise InvalidError(_("There is no word in this query, only signs. Type what you are looking for."))
    return tree.text


# What was sent as the target of each sort, turned into its key under the actor's rights.
CHECKED: dict[str, Callable[[str], str]] = {
    ITEM: _item,
    SPACE: _space,
    PERSON: _person,
    TAG: fold_tag,
    QUERY: _query,
}
