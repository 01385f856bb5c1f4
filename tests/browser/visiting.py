"""People at their browsers: who is signed in, on what screen, and what their browser complains of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.browser.serving import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request

    from tests.browser.serving import Served

PATIENCE_MS = 10_000
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


class Watch:
    """Notes what must not happen in a browser: errors, broken policies, dialogs nobody asked for, other hosts."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url, self.troubles = url, list[str]()
        self.tolerated = [re.compile(r"status of 409|status of 422|status of 40[134]")]
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.troubles.append(f"page error: {error.error}"))
        context.on("request", self._asked)
        context.on("dialog", self._interrupted)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(known.search(message.text) for known in self.tolerated):
            self.troubles.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.troubles.append(f"request to another host: {request.url}")

    def _interrupted(self, dialog: Dialog) -> None:
        if dialog.type != "beforeunload":
            self.troubles.append(f"dialog: {dialog.message}")
        dialog.accept()


class Visitors:
    """Opens browsers in which somebody is signed in, and looks at what they complained of."""

    def __init__(self, chromium: Browser, portal: Served, cookies: dict[str, Any]) -> None:
        self.chromium, self.portal, self.cookies = chromium, portal, cookies
        self.open: list[tuple[BrowserContext, Watch]] = []

    def __call__(self, username: str = "", **options: Any) -> Page:  # noqa: ANN401 - options of a context
        """A fresh browser window; nobody is signed in without a name."""
        if username and username not in self.cookies:
            self.cookies[username] = self._sign_in(username)
        state = {"storage_state": self.cookies[username]} if username else {}
        context = self.chromium.new_context(**self._common(), **{**DESK, **state, **options})
        context.set_default_timeout(PATIENCE_MS)
        self.open.append((context, Watch(context, self.portal.url)))
        return context.new_page()

    def _common(self) -> dict[str, Any]:
        return {"base_url": self.portal.url, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}

    def _sign_in(self, username: str) -> Any:  # noqa: ANN401 - the state of a browser
        context = self.chromium.new_context(**self._common())
        try:
            form: dict[str, str | float | bool] = {
                "username": username,
                "password": PASSWORD,
                "csrf_token": token(context.request),
            }
            answer = context.request.post("/sign-in", form=form)
            assert answer.ok, answer.text()
            assert "/sign-in" not in answer.url, f"{username} could not sign in"
            return context.storage_state()
        finally:
            context.close()

    def tolerate(self, pattern: str) -> None:
        """Expect a complaint in every browser of this test."""
        for _context, watch in self.open:
            watch.tolerated.append(re.compile(pattern))

    def leave(self) -> list[str]:
        """Close all browsers; what they complained of."""
        for context, _watch in self.open:
            context.close()
        return [trouble for _context, watch in self.open for trouble in watch.troubles]


def token(request: Any, path: str = "/sign-in") -> str:  # noqa: ANN401 - Playwright's requests
    """The token against forged requests that this browser's pages carry."""
    found = TOKEN.search(request.get(path).text())
    assert found, path
    return found[1]
