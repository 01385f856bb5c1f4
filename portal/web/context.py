"""What every template may use, and how views reach the installation."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, cast

from flask import current_app, url_for

from portal.platform.kinds import KINDS
from portal.web.i18n import locale
from portal.web.identity import actor_or_none

if TYPE_CHECKING:
    from flask import Flask

    from portal.config import Settings
    from portal.platform.search.engine import Engine


def settings() -> Settings:
    """Settings of the installation."""
    return cast("Settings", current_app.extensions["portal"].settings)


def engine() -> Engine:
    """The search engine of this process."""
    return cast("Engine", current_app.extensions["portal"].engine)


@functools.lru_cache(maxsize=8192)
def item_url(kind: str, item_id: int) -> str:
    """Address of an item's page."""
    return url_for(KINDS[kind].page, item_id=item_id)


@functools.lru_cache(maxsize=8192)
def person_url(username: str) -> str:
    """Address of a person's page."""
    return url_for("people.show", username=username)


@functools.lru_cache(maxsize=512)
def space_url(key: str) -> str:
    """Address of a space's page."""
    return url_for("spaces.show", key=key)


def kind_label(kind: str) -> str:
    """What people call a kind."""
    return str(KINDS[kind].label)


def install(app: Flask) -> None:
    """Give templates the person, their language and theme, and addresses."""
    app.jinja_env.globals.update(
        item_url=item_url, person_url=person_url, space_url=space_url, kind_label=kind_label
    )

    @app.context_processor
    def provide() -> dict[str, Any]:
        person = actor_or_none()
        theme = person.theme if person else "auto"
        return {"actor": person, "locale": locale(), "theme": theme}
