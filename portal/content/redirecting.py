"""Pages of items follow a redirect where the item itself cannot be read any more."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from flask import redirect, url_for

from portal.content import redirects
from portal.kernel.errors import NotFoundError
from portal.web.database import session
from portal.web.identity import actor

if TYPE_CHECKING:
    from collections.abc import Callable


def follows_redirects(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page that leads on to what its item was merged into; where that may not be read either, there is nothing."""

    @functools.wraps(view)
    def call(item_id: int) -> Any:  # noqa: ANN401 - what the view answers
        try:
            return view(item_id)
        except NotFoundError:
            found = redirects.target(session(), actor(), item_id)
            if found is None:
                raise
            return redirect(url_for("content.permalink", item_id=found))

    return call
