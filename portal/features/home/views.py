"""The home page, the help page, and whether the portal is well."""

from __future__ import annotations

from flask import render_template

from portal.content.presenting import shown, shown_spaces
from portal.content.spaces.queries import overview
from portal.features.home import queries
from portal.platform.search import queue
from portal.web.database import session
from portal.web.identity import actor
from portal.web.routing import Cache, Needs, Pages

pages = Pages("home", __name__)


@pages.read("/")
def index() -> str:
    """What is new for me, most read this week, unanswered, my drafts, my spaces."""
    opened, person = session(), actor()
    return render_template(
        "home/index.html",
        new_items=shown(queries.new_for(opened, person)),
        most_read=shown(queries.most_read(opened, person)),
        unanswered=shown(queries.unanswered(opened, person)),
        drafts=shown(queries.drafts(opened, person)),
        my_spaces=shown_spaces(overview(opened, person)),
    )


@pages.read("/help", needs=Needs.SIGNED_IN)
def help_() -> str:
    """How to search, write and find one's way by keyboard."""
    return render_template("help/index.html")


@pages.read("/healthz", needs=Needs.ANYONE, cache=Cache.NEVER)
def healthz() -> dict[str, str]:
    """Answers when the portal can serve: the database is there and migrated."""
    queue.last(session())
    return {"status": "ok"}
