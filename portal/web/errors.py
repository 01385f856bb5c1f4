"""What refusal looks like: one page in human words, one problem document for the API. Decides nothing."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from portal.kernel.errors import PortalError, UnavailableError
from portal.web.addresses import came_from, local_path
from portal.web.database import SAFE_METHODS, session
from portal.web.identity import SignedOutError

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)
WRITTEN = ("title", "body", "about", "name")


def install(app: Flask) -> None:
    """Give every error its page."""
    app.register_error_handler(SignedOutError, _signed_out)
    app.register_error_handler(CSRFError, _not_from_here)
    app.register_error_handler(PortalError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(IntegrityError, _taken)
    app.register_error_handler(Exception, _broken)


def is_api() -> bool:
    """Whether the caller is a program."""
    return request.path.startswith("/api/v") or request.accept_mimetypes.best == "application/json"


def problem(status: int, title: str, errors: Any = None) -> Response:  # noqa: ANN401 - JSON
    """An error for programs (RFC 9457)."""
    body = {"type": "about:blank", "status": status, "title": title, "errors": errors or {}}
    response = jsonify(body)
    response.status_code, response.content_type = status, "application/problem+json"
    return response


def _headline(status: int) -> tuple[str, str]:
    """Headline and advice for a person."""
    known = {
        400: (_("This request could not be understood"), _("Go back, reload the page and try again.")),
        403: (
            _("You may not do this"),
            _("Ask the editors of the space or an administrator if you need to."),
        ),
        404: (
            _("There is nothing here"),
            _("It may have been moved or deleted, or it is not meant for you."),
        ),
        405: (_("This cannot be done here"), _("Go back and use the buttons of the page.")),
        409: (_("Somebody else was faster"), _("Reload the page, look at what has changed, and save again.")),
        413: (_("This is too large"), _("Choose a smaller file, or split it.")),
        422: (_("Something does not fit"), _("Go back and correct what the message says.")),
        429: (_("That was too often"), _("Wait a little, then try again.")),
        503: (_("Not possible for the moment"), _("Reading goes on; please try again in a few seconds.")),
    }
    broken = (
        _("Something went wrong on our side"),
        _("It has been noted. Try again; nothing of yours was lost."),
    )
    return known.get(status, broken)


def _page(status: int, sentence: str = "") -> Response:
    session().rollback()
    title, advice = _headline(status)
    if is_api():
        return _uncached(problem(status, sentence or title))
    said = {"code": status, "headline": title, "sentence": sentence, "advice": advice, "text": _written()}
    try:
        page = render_template("errors/error.html", **said)
    except SQLAlchemyError:
        page = render_template("errors/plain.html", **said)
    return _uncached(make_response(page, status))


def _written() -> str:
    """What somebody has written into a form that was refused, to give it back."""
    try:
        return "\n\n".join(filter(None, (request.form.get(name) for name in WRITTEN)))
    except HTTPException:  # the form itself could not be read
        return ""


def _signed_out(_error: SignedOutError) -> Response:
    if is_api():
        return _uncached(problem(401, _("Sign in, or send a token.")))
    if request.method in SAFE_METHODS:
        target = local_path(request.full_path if request.query_string else request.path)
        return _uncached(
            make_response(redirect(url_for("account.sign_in", next=target if target != "/" else None)))
        )
    return _expired()


def _not_from_here(error: CSRFError) -> Response:
    if is_api():
        return _uncached(problem(400, str(error.description)))
    return _expired()


def _expired() -> Response:
    """The session ended while somebody was writing: give them their text back."""
    session().rollback()
    back = url_for("account.sign_in", next=came_from(request.referrer, request.host) or None)
    return _uncached(
        make_response(render_template("errors/expired.html", text=_written(), sign_in_url=back), 401)
    )


def _refused(error: PortalError) -> Response:
    fields = getattr(error, "fields", {})
    sentence = " ".join(
        filter(None, [str(error.message), *(text for texts in fields.values() for text in texts)])
    )
    return _page(error.status, sentence)


def _http(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        return _page(
            413, _("The server takes at most %(n)s MB at once.", n=(request.max_content_length or 0) >> 20)
        )
    if error.code and error.code < 400:  # noqa: PLR2004 - a redirect made by the router is no error
        return make_response(error.get_response())
    response = _page(error.code or 500)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _database(error: OperationalError) -> Response:
    log.error("the database does not answer", exc_info=error)
    return _refused(UnavailableError(_("The database could not take this. Nothing was changed.")))


def _taken(_error: IntegrityError) -> Response:
    """Two people made the same thing at the same moment, and the database let one of them."""
    return _page(409)


def _broken(error: Exception) -> Response:
    log.error("unexpected error at %s", request.path, exc_info=error)
    return _page(500)


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
