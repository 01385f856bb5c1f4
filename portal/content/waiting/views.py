"""The page of what waits for somebody; the home page shows the same list once it stands."""

from __future__ import annotations

from flask import render_template, request, url_for

from portal.content.waiting.register import WORK
from portal.web.database import session
from portal.web.identity import actor
from portal.web.routing import Pages

pages = Pages("waiting", __name__)


@pages.read("/waiting")
def index() -> str:
    """Everything that waits for the person, with how much of it."""
    counted = [(work, work.count(session(), actor())) for work in WORK]
    rows = [
        {"label": str(work.label), "icon": work.icon, "count": number,
         "url": url_for(work.endpoint, **work.arguments)}
        for work, number in counted
    ]  # fmt: skip
    page = "waiting/_list.html" if request.headers.get("HX-Request") else "waiting/index.html"
    return render_template(page, rows=rows)
