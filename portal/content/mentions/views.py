"""The list under an @."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import jsonify, request

from portal.content.mentions import presenting
from portal.kernel import typed
from portal.web.routing import Cache, Needs, Pages

if TYPE_CHECKING:
    from flask import Response

pages = Pages("mentions", __name__)
LONGEST = 30


@pages.read("/mentions", needs=Needs.MEMBER, cache=Cache.NEVER)
def index() -> Response:
    """People and departments whose name or spelling contains what was typed."""
    return jsonify(found=presenting.choices(typed.line(request.args.get("q"))[:LONGEST]))
