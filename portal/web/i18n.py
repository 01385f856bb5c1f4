"""Languages, dates and numbers: Chinese first, English complete.

Templates translate about a hundred sentences a page, so they look them up in the catalogue of the request's language
directly; what views and forms say goes through Flask-Babel, from the same files.
"""

from __future__ import annotations

import datetime as dt
import functools
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from babel.support import Translations
from flask import has_request_context, render_template, request
from flask import session as cookie
from flask_babel import Babel, format_date, format_time, format_timedelta, gettext
from markupsafe import Markup

from portal.kernel import clock, messages
from portal.web.identity import actor_or_none

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from jinja2 import Environment

    from portal.config import Settings

LOCALES = ("zh_Hans_CN", "en")
# Browsers say zh-CN, zh-Hans or zh-TW; all of them get the one Chinese catalogue, whose folder Babel wants so named.
SPOKEN = {"zh": "zh_Hans_CN", "en": "en"}
CATALOGUES = str(Path(__file__).resolve().parent.parent / "translations")
WEEK = dt.timedelta(days=7)

_language: ContextVar[str | None] = ContextVar("language", default=None)


def locale() -> str:
    """Language of this request: the person's choice, the visitor's choice, the browser's wish, Chinese."""
    known = _language.get()
    if known is None:
        known = _chosen()
        _language.set(known)
    return known


def _chosen() -> str:
    if not has_request_context():
        return LOCALES[0]
    person = actor_or_none()
    if person:
        return person.locale
    if cookie.get("locale") in LOCALES:
        return str(cookie["locale"])
    wished = request.accept_languages.best_match(["zh", "zh-CN", "zh-Hans", "zh-TW", "en", "en-US", "en-GB"])
    return SPOKEN.get((wished or "zh").split("-")[0], LOCALES[0])


def change_language() -> None:
    """Ask again: the language of this request has been chosen anew."""
    _language.set(None)


@functools.lru_cache(maxsize=4)
def _catalogue(language: str) -> Translations:
    found = Translations.load(CATALOGUES, [language])
    return found if isinstance(found, Translations) else Translations()


def _gettext(text: str) -> str:
    return str(_catalogue(locale()).gettext(text))


def _ngettext(singular: str, plural: str, number: int) -> str:
    return str(_catalogue(locale()).ngettext(singular, plural, number))


def ago(moment: dt.datetime | None) -> str:
    """How long ago, in words, for a week; afterwards the day."""
    if moment is None:
        return ""
    passed = clock.now() - moment
    if passed > WEEK:
        return _day(locale(), moment)
    return str(format_timedelta(-passed, granularity="minute", add_direction=True))


@functools.lru_cache(maxsize=8192)
def _day(_locale: str, moment: dt.datetime) -> str:
    return str(format_date(moment, "medium"))


def day_text(day: dt.date | None) -> str:
    """A day of the calendar."""
    return _date(locale(), day) if day else ""


@functools.lru_cache(maxsize=8192)
def _date(_locale: str, day: dt.date) -> str:
    return str(format_date(day, "medium"))


def moment_text(moment: dt.datetime | None) -> str:
    """Day and time in the company's time zone."""
    return _exact(locale(), moment) if moment else ""


@functools.lru_cache(maxsize=8192)
def _exact(_locale: str, moment: dt.datetime) -> str:
    # To the minute: nobody reads the seconds, and they make the line longer on a phone.
    return f"{_day(_locale, moment)} {format_time(moment, 'HH:mm')}"


def script_texts() -> Markup:
    """The sentences that scripts say, as JSON for an attribute; the same on every page of a language."""
    return _script_texts(locale())


@functools.lru_cache(maxsize=4)
def _script_texts(_locale: str) -> Markup:
    return Markup(render_template("layout/_texts.html"))  # noqa: S704 - our own template, escaped by `tojson`


def translate(text: str) -> str:
    """A sentence in the language of the request, or in the one that is spoken just now; else as it stands."""
    if has_request_context():
        return str(gettext(text))
    spoken = _language.get()
    return str(_catalogue(spoken).gettext(text)) if spoken else text


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say sentences in somebody's language where there is no request, as in a mail."""
    messages.install(translate)  # a worker has no application that did
    token = _language.set(language if language in LOCALES else LOCALES[0])
    try:
        yield
    finally:
        _language.reset(token)


def speak_in(environment: Environment) -> None:
    """Let templates that are rendered without a request use the catalogues."""
    environment.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]


def install(app: Flask, settings: Settings) -> None:
    """Connect languages with the application, its templates and the kernel's messages."""
    app.config["BABEL_DEFAULT_TIMEZONE"] = settings.timezone
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = CATALOGUES
    Babel(app, default_locale=LOCALES[0], locale_selector=locale)
    messages.install(translate)
    app.before_request(change_language)
    # Again at the end: a request that is refused before it begins must not speak the language of the one before.
    app.teardown_request(lambda _error: change_language())
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(ago=ago, day=day_text, datetime=moment_text)
    app.jinja_env.globals["script_texts"] = script_texts
