"""Pages behind the links of mails: one looks, one click ends it, nobody has to sign in.

Mail programs follow links to look for harm, so looking changes nothing; the button, or the one-click request that mail
programs send themselves (RFC 8058), does. The link is the right: whoever holds the mail may end the mails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, url_for
from flask_babel import gettext as _

from portal.content import actors
from portal.content.notices import stops, wishes
from portal.content.notices.events import groups
from portal.content.watching import services as watching
from portal.kernel import clock
from portal.kernel.errors import NotFoundError
from portal.web.context import settings
from portal.web.database import session
from portal.web.routing import Cache, Needs, Pages

if TYPE_CHECKING:
    from portal.kernel.actor import Actor

pages = Pages("mail", __name__)


@pages.read("/mail/stops/<token>", needs=Needs.ANYONE, cache=Cache.NEVER)
def ask(token: str) -> str:
    """Say what the link ends, with a button."""
    _person, what, names = _meant(token)
    return _page(what, names, is_done=False, token=token)


@pages.write("/mail/stops/<token>", needs=Needs.ANYONE)
def stop(token: str) -> str:
    """End it."""
    person, what, names = _meant(token)
    if what == stops.FOLLOW:
        watching.stop(session(), person, int(names[0]))
    else:
        for name in names:
            wishes.stop(session(), person, name)
    return _page(what, names, is_done=True, token=token)


def _meant(token: str) -> tuple[Actor, str, list[str]]:
    what, user_id, names = stops.read(settings(), token)
    person = actors.load(session(), user_id, clock.now(), settings().zone)
    if person is None:
        raise NotFoundError
    return person, what, names


def _page(what: str, names: list[str], *, is_done: bool, token: str) -> str:
    labels = [str(group.label) for group in groups() if group.name in names]
    return render_template(
        "inbox/stop.html", is_done=is_done, is_follow=what == stops.FOLLOW, labels=_(", ").join(labels),
        action_url=url_for("mail.stop", token=token), settings_url=url_for("inbox.notices"),
    )  # fmt: skip
