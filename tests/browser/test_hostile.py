"""Known attacks, stored wherever people can write, opened in a real browser: none of them runs.

The payloads are not part of the repository; where the collection is absent, these tests say so.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
from werkzeug.serving import make_server

from portal.config import Settings
from portal.factory import create_app
from tests.browser.steps import posted, published

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.visiting import Visitors

PAYLOADS = Path(__file__).parents[3] / "shared" / "attack" / "xss" / "xss_dev.jsonl"
MANY = 150
TRAP = """
    window.ran = [];
    for (const name of ["alert", "confirm", "prompt", "print"])
        window[name] = (...said) => { window.ran.push(name + ": " + said.join()); };
"""
PROVOKE = """
    for (const element of document.querySelectorAll("main *")) {
        if (element.matches(".btn, form, form *, [data-copy]")) continue;
        const events = element.getAttributeNames().filter((name) => name.startsWith("on"));
        for (const name of new Set([...events.map((name) => name.slice(2)), "mouseover", "focus", "toggle"]))
            element.dispatchEvent(new Event(name));
    }
"""
LEFT = """
    [...document.querySelectorAll("main *, title, .toasts *")]
        .flatMap((element) => [...element.attributes].map((one) => [element.tagName, one.name, one.value]))
        .filter(([tag, name, value]) =>
            name.startsWith("on") || name === "style" || name === "srcdoc" || /^(SCRIPT|IFRAME|OBJECT|EMBED)$/.test(tag)
            || (/^(href|src|action|formaction|data)$/.test(name) && /^[\\s\\0-\\x20]*(javascript|vbscript|data):/i.test(value)))
"""

pytestmark = pytest.mark.skipif(not PAYLOADS.exists(), reason="the collection of attacks is not here")


def payloads() -> list[str]:
    """A sample, evenly spread over the collection."""
    lines = PAYLOADS.read_text("utf-8").splitlines()
    return [json.loads(line)["payload"] for line in lines[:: max(len(lines) // MANY, 1)]][:MANY]


def _arm(page: Page) -> Page:
    """Make the page tell whatever runs."""
    page.add_init_script(TRAP)
    return page


def _ran(page: Page, url: str) -> list[str]:
    """Open a page, provoke what stands on it, and say what ran."""
    page.goto(url, wait_until="domcontentloaded")
    page.evaluate(PROVOKE)
    return [f"{url}: {done}" for done in page.evaluate("window.ran")]


@pytest.mark.parametrize("part", range(3))
def test_nothing_stored_runs_anywhere(visit: Visitors, part: int) -> None:
    author, reader = visit("lina"), _arm(visit("wangqiang"))
    addresses = [_store(author, payload) for payload in payloads()[part::3]]
    wrong = []
    for url in addresses:
        wrong += _ran(reader, url) + [f"{url}: {left}" for left in reader.evaluate(LEFT)]
    for path in ("/spaces/techniques", "/search?q=alert", "/people/lina", "/"):
        wrong += _ran(reader, path) + [f"{path}: {left}" for left in reader.evaluate(LEFT)]
    assert wrong == []


def _store(author: Page, payload: str) -> str:
    """Save a payload as title, text, tag and reply of one document; its address."""
    url = published(author, payload[:200] or "-", f"{payload}\n\n`{payload}`\n\n[x]({payload})", tags=payload)
    posted(author, url.replace("/documents/", "/items/") + "/replies", body=payload or "-")
    return url


def test_nothing_that_people_say_of_themselves_runs(visit: Visitors) -> None:
    person, reader = visit("huangwei"), _arm(visit("wangqiang"))
    wrong = []
    for start in range(0, MANY, 10):
        about = "\n".join(payloads()[start : start + 10])[:2_000]
        posted(person, "/settings", about=about, locale="zh_Hans_CN", theme="auto")
        for path in ("/people/huangwei", "/people?q=huangwei", "/search?q=huangwei"):
            wrong += _ran(reader, path) + [f"{path}: {left}" for left in reader.evaluate(LEFT)]
    posted(person, "/settings", about="", locale="zh_Hans_CN", theme="auto")
    assert wrong == []


class Injecting:
    """Puts payloads into pages of the portal as they are, behind every escape and sanitiser. For this test only."""

    def __init__(self, app: Callable[..., Any], raw: list[str]) -> None:
        self.app, self.raw = app, raw

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        asked = {name: values[0] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        if "payload" not in asked:
            return list(self.app(environ, start_response))

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:  # noqa: ANN401 - as WSGI says
            dropped = {"content-length"} | ({"content-security-policy"} if "bare" in asked else set())
            return start_response(status, [one for one in headers if one[0].lower() not in dropped], *rest)

        environ.pop("HTTP_ACCEPT_ENCODING", None)
        page = b"".join(self.app(environ, start))
        raw = self.raw[int(asked["payload"])].encode("utf-8", "replace")
        return [page.replace(b"</main>", raw + b"</main>", 1)]


@pytest.fixture
def injected(tmp_path: Path) -> Iterator[str]:
    """The portal's own sign-in page with payloads in it; its address."""
    app = create_app(Settings(data=tmp_path / "data", secret_key="0" * 64))
    server = make_server("127.0.0.1", 0, Injecting(app, payloads()), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/sign-in?payload="
    server.shutdown()
    server.server_close()


def test_the_content_policy_alone_stops_what_would_run(chromium: Browser, injected: str) -> None:
    context = chromium.new_context()
    context.on("dialog", lambda dialog: dialog.dismiss())
    page = _arm(context.new_page())
    # First without the policy: many of them do run, so that their silence below means something.
    bare = sum(bool(_ran(page, f"{injected}{number}&bare=1")) for number in range(0, MANY, 5))
    ran = [done for number in range(MANY) for done in _ran(page, f"{injected}{number}")]
    context.close()
    assert ran == []
    assert bare >= 10
