"""Selecting rows of a list of documents, for doing the same to all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request, url_for

from portal.content.presenting import here
from portal.content.spaces.queries import writable_spaces
from portal.web.database import session
from portal.web.i18n import locale
from portal.web.identity import actor

if TYPE_CHECKING:
    from collections.abc import Sequence


def selection(tag_names: Sequence[str] = ()) -> dict[str, Any]:
    """What a list needs for selecting: the way to begin, or, once begun, what can be done and the way back."""
    if not actor().is_member:
        return {}
    if request.args.get("select") != "1":
        return {"start_url": here(select=1)}
    spaces = writable_spaces(session(), actor())
    return {
        "is_on": True,
        "stop_url": here(select=None),
        "back_url": here(select=None),
        "action_url": url_for("bulk.create"),
        "spaces": [{"id": space.id, "label": space.label(locale())} for space in spaces],
        "tag_names": tag_names,
    }
