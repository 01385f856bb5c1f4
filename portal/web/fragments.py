"""Pieces of pages that are rendered once and kept: icons, times, cards, the frame around every page.

A page of twenty cards calls some five hundred macros; most of them say the same on every page of a language. Kept is
only what a template makes of its arguments: whoever renders a page has fetched those under the access rule first.
"""

from __future__ import annotations

import functools
import secrets
from typing import TYPE_CHECKING, Any

from flask import current_app, g, request
from flask import session as cookie
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer
from markupsafe import Markup

from portal.kernel import clock
from portal.web.i18n import locale
from portal.web.identity import actor_or_none

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

KEPT = 8192
# Macros that depend on their arguments, the language and, for times, the minute.
PURE = {
    "ui/icon.html": ("icon",),
    "ui/avatar.html": ("avatar",),
    "ui/badge.html": ("badge", "state_badge"),
    "ui/counts.html": ("counts",),
    "verification/_mark.html": ("trust_mark",),
    "ui/time.html": ("exact",),
}
PASSING = {"ui/time.html": ("ago",), "ui/card.html": ("card_row", "card_meta")}
SECTIONS = frozenset({"", "spaces", "people", "admin", "search", "inbox", "questions", "waiting"})


def install(app: Flask) -> None:
    """Keep what the named macros make, and give templates the kept frame."""
    app.jinja_env.globals.update(frame=frame, csrf_token=csrf_token, form_name=form_name)
    # Flask-WTF hands every page a function of its own, which signs a new token each second.
    app.context_processor(lambda: {"csrf_token": csrf_token})
    for names, moment in ((PURE, _always), (PASSING, _minute)):
        for template, macros in names.items():
            module: Any = app.jinja_env.get_template(template).module
            for macro in macros:
                setattr(module, macro, _kept(getattr(module, macro), moment))


def _kept(macro: Callable[..., Any], moment: Callable[[], int]) -> Callable[..., Any]:
    @functools.lru_cache(maxsize=KEPT)
    def made(_locale: str, _moment: int, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - a macro's
        return macro(*arguments, **named)

    def call(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - a macro's
        return made(locale(), moment(), *arguments, **named)

    return call


def _always() -> int:
    return 0


def _minute() -> int:
    return int(clock.now().timestamp() // 60)


def csrf_token() -> str:
    """The token of this sign-in for forms, the same on all pages, so that what holds it can be kept.

    Its age does not count (`WTF_CSRF_TIME_LIMIT` is None): it ends with the sign-in whose secret it signs.
    """
    if cookie.get("csrf_token") is None:
        return str(generate_csrf())
    g.csrf_token = _signed(str(current_app.secret_key), cookie["csrf_token"])
    return str(g.csrf_token)


@functools.lru_cache(maxsize=KEPT)
def _signed(secret_key: str, seed: str) -> str:
    return str(URLSafeTimedSerializer(secret_key, salt="wtf-csrf-token").dumps(seed))


def form_name() -> str:
    """A name for one showing of a form: sent twice, it is one submission."""
    return secrets.token_urlsafe(16)


def frame(template: str) -> Markup:
    """A part of the frame around every page, as this person sees it in this section."""
    person = actor_or_none()
    section = request.path.split("/", 2)[1]
    known = section if section in SECTIONS else "other"
    query = request.args.get("q", "") if section == "search" else ""
    who = (person.username, person.name, person.is_admin, person.theme) if person else None
    # A query is typed once and read once: keeping its frame would only push others out.
    make = _frame.__wrapped__ if query else _frame
    return make(template, locale(), who, known, csrf_token(), query)


@functools.lru_cache(maxsize=2048)
def _frame(
    template: str, language: str, who: tuple[str, str, bool, str] | None, section: str, token: str, query: str
) -> Markup:
    username, name, is_admin, theme = who or ("", "", False, "auto")
    values = {"username": username, "name": name, "is_admin": is_admin, "theme": theme, "section": section}
    page = current_app.jinja_env.get_template(template)
    # Our own template, escaped as it is rendered.
    return Markup(page.render(values, language=language, token=token, query=query))  # noqa: S704
