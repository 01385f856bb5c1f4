"""Pages of one's own account: signing in and out, settings, keys for the API."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _

from portal.kernel import clock
from portal.kernel.errors import InvalidError
from portal.people import credentials, demo_sign_ins, keys, profiles, services
from portal.people.credentials import ThrottledError
from portal.people.forms import LANGUAGES, THEMES, PasswordForm, SettingsForm, SignInForm, TokenForm
from portal.web import refusals
from portal.web.addresses import came_from, local_path
from portal.web.context import settings as installation
from portal.web.database import session
from portal.web.identity import actor, actor_or_none, forget, network, remember, secret
from portal.web.routing import Cache, Needs, Pages, Rate

if TYPE_CHECKING:
    from werkzeug import Response

    from portal.people.models import Token, User

Answer = tuple[str, int]

pages = Pages("account", __name__)


@pages.read("/sign-in", needs=Needs.ANYONE, cache=Cache.NEVER)
def sign_in() -> Response | str:
    """The form to sign in with; who is signed in already goes on."""
    target = local_path(request.args.get("next"))
    if actor_or_none():
        return redirect(target or url_for("home.index"))
    return _sign_in_page(SignInForm(next=target))


@pages.write("/sign-in", needs=Needs.ANYONE, rate=Rate.PROOF)
def enter() -> Response | Answer:
    """Prove who one is. A wrong name, a wrong password and a closed account are answered alike."""
    form = SignInForm()
    try:
        user = _proved(form.username.data or "", form.password.data or "")
    except ThrottledError as error:
        return _sign_in_page(form, str(error)), 429
    if user is None:
        return _sign_in_page(form, _("This name and password do not belong together.")), 422
    _open(user)
    return redirect(local_path(form.next.data) or url_for("home.index"))


@pages.write("/sign-out", needs=Needs.SIGNED_IN)
def sign_out() -> Response:
    """End this browser's sign-in."""
    credentials.close_sign_in(session(), secret())
    forget()
    return redirect(url_for("account.sign_in"))


def _proved(username: str, password: str) -> User | None:
    return credentials.check(session(), username, password, network(), clock.now())


def _open(user: User) -> None:
    """Begin a new sign-in of this browser; what its cookie held before is gone, so that nobody can plant it."""
    if secret():
        credentials.close_sign_in(session(), secret())
    agent = request.headers.get("User-Agent", "").replace("\x00", "")
    days = installation().session_days
    remember(credentials.open_sign_in(session(), user, agent, clock.now(), days))


def _sign_in_page(form: SignInForm, error: str = "") -> str:
    form.next.data = local_path(form.next.data)
    form.password.data = ""
    demo = demo_sign_ins.read(installation().data)
    return render_template(
        "auth/sign_in.html", form=form, error=error, demo_people=demo.people, demo_password=demo.password,
        action_url=url_for("account.enter"),
    )  # fmt: skip


@pages.read("/settings", cache=Cache.NEVER)
def settings() -> str:
    """What one says of oneself and how one likes the portal."""
    said = profiles.about(session(), actor(), actor().user_id)
    return _settings_page(
        SettingsForm(locale=actor().locale, theme=actor().theme, about=said), PasswordForm()
    )


@pages.write("/settings", needs=Needs.SIGNED_IN)
def change_settings() -> Response | Answer:
    """Save language, theme and what one says of oneself."""
    form = SettingsForm()
    if not form.validate():
        return _settings_page(form, PasswordForm(formdata=None)), 422
    services.choose(session(), actor(), locale=form.locale.data, theme=form.theme.data)
    services.describe(session(), actor(), form.about.data or "")
    flash(_("Saved."), "success")
    return redirect(url_for("account.settings"))


@pages.write("/settings/password", needs=Needs.SIGNED_IN, rate=Rate.PROOF)
def change_password() -> Response | Answer:
    """Set a new password, proved by the present one; every other sign-in and every token ends."""
    form = PasswordForm()
    if not form.validate():
        return _settings_page(_own_settings(), form), 422
    try:
        _replace_password(form)
    except (ThrottledError, InvalidError) as error:
        refusals.show(form, getattr(error, "fields", None) or {"current": [str(error.message)]})
        return _settings_page(_own_settings(), form), error.status
    flash(_("Your password is changed. You are signed out everywhere else."), "success")
    return redirect(url_for("account.settings"))


def _replace_password(form: PasswordForm) -> None:
    user = _proved(actor().username, form.current.data or "")
    if user is None:
        raise InvalidError(fields={"current": [_("This is not your current password.")]})
    services.set_password(session(), actor(), user, form.password.data or "")
    _open(user)


def _own_settings() -> SettingsForm:
    said = profiles.about(session(), actor(), actor().user_id)
    return SettingsForm(formdata=None, locale=actor().locale, theme=actor().theme, about=said)


def _settings_page(form: SettingsForm, password_form: PasswordForm) -> str:
    addresses = {
        "action_url": url_for("account.change_settings"),
        "password_url": url_for("account.change_password"),
    }
    return render_template("account/settings.html", form=form, password_form=password_form, **addresses)


@pages.write("/settings/language", needs=Needs.ANYONE)
def choose_language() -> Response:
    """Another language; a visitor's choice stays in the browser."""
    wanted = request.form.get("locale", "")
    if wanted not in dict(LANGUAGES):
        raise InvalidError(_("There is no such choice."))
    if actor_or_none():
        services.choose(session(), actor(), locale=wanted)
    else:
        cookie["locale"] = wanted
    return _back()


@pages.write("/settings/theme", needs=Needs.SIGNED_IN)
def choose_theme() -> Response:
    """Light, dark, or as the device says."""
    wanted = request.form.get("theme", "")
    if wanted not in dict(THEMES):
        raise InvalidError(_("There is no such choice."))
    services.choose(session(), actor(), theme=wanted)
    return _back()


def _back() -> Response:
    """To the page on which the choice was made."""
    return redirect(came_from(request.referrer, request.host) or url_for("home.index"))


@dataclass(frozen=True, slots=True)
class ShownToken:
    """A key of one's own, without its secret."""

    name: str
    created_at: dt.datetime
    expires_at: dt.datetime
    last_used_at: dt.datetime | None
    revoke_url: str


@pages.read("/settings/tokens", cache=Cache.NEVER)
def tokens() -> str:
    """One's own keys for the API."""
    return _tokens_page(TokenForm())


@pages.write("/settings/tokens", needs=Needs.SIGNED_IN)
def issue_token() -> str | Answer:
    """A new key; its secret is on this answer and nowhere else, which is why it does not redirect."""
    form = TokenForm()
    if not form.validate():
        return _tokens_page(form), 422
    try:
        made = keys.issue(session(), actor(), form.name.data or "", form.days.data or 0)
    except InvalidError as error:
        form.name.errors = [str(error.message)]
        return _tokens_page(form), 422
    session().flush()
    return _tokens_page(TokenForm(formdata=None), made)


@pages.write("/settings/tokens/<int:token_id>/revocation", needs=Needs.SIGNED_IN)
def revoke_token(token_id: int) -> Response:
    """End one of one's own keys."""
    keys.revoke(session(), actor(), token_id)
    flash(_("The token is revoked."), "success")
    return redirect(url_for("account.tokens"))


def _tokens_page(form: TokenForm, made: str = "") -> str:
    own = [_shown(token) for token in keys.own(session(), actor())]
    action = url_for("account.issue_token")
    return render_template("account/tokens.html", form=form, tokens=own, secret=made, action_url=action)


def _shown(token: Token) -> ShownToken:
    revoke_url = url_for("account.revoke_token", token_id=token.id)
    return ShownToken(token.name, token.created_at, token.expires_at, token.used_at, revoke_url)
