"""`make screens`: pictures of the demo company for the README, the same on every run."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import logging
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from PIL import Image
from werkzeug.serving import make_server

from portal.commands.migrations import migrate
from portal.config import Settings
from portal.demo import loading
from portal.factory import Portal, create_app
from portal.kernel import clock
from tests.browser import steps
from tests.browser.serving import CHROMIUM, QUIET, Served
from tests.browser.visiting import DESK, PHONE, Visitors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

FOLDER = Path(__file__).parents[2] / "docs" / "screens"
LARGEST = 150_000
NIGHT: dict[str, Any] = {"color_scheme": "dark"}
TITLE = "HY-S165 与 HY-S185 技术指标及互换说明"
MOMENT = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
"""Time stands still here, or every run would make other pictures."""

WITHOUT_DURATION = """
    for (const said of document.querySelectorAll("main .toolbar [role=status]"))
        said.textContent = said.textContent.split("·")[0];
"""
WRITTEN = """## 现象

冬天到货的吨袋，靠门一侧结块，手捏能散。

| 到货日 | 袋数 | 结块 |
| --- | ---: | ---: |
| 11 月 3 日 | 20 | 3 |
| 11 月 9 日 | 20 | 0 |

- [x] 查装车照片
- [ ] 问客户的卸货温度
"""


def _home(page: Page) -> None:
    page.goto("/")


def _found(page: Page) -> None:
    steps.search_until_found(page, "冬季 运输 结块")


def _document(page: Page) -> None:
    steps.search_until_found(page, f'"{TITLE}"')
    page.locator(".row-title").first.click()
    page.locator(".prose").first.wait_for()


def _space(page: Page) -> None:
    page.goto("/spaces/support")


def _editor(page: Page) -> None:
    page.goto("/documents/new?space=support")
    steps.title_field(page).fill("吨袋靠门一侧结块：先看三件事")
    page.get_by_role("button", name="预览").click()
    steps.write_text(page, WRITTEN)
    page.get_by_role("region", name="预览").get_by_role("table").wait_for()
    page.locator(".ts-control").first.wait_for()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


PICTURES: list[tuple[str, Callable[[Page], None], dict[str, Any]]] = [
    ("home", _home, DESK),
    ("search", _found, DESK),
    ("document", _document, DESK),
    ("document-dark", _document, {**DESK, **NIGHT}),
    ("editor", _editor, DESK),
    ("space", _space, DESK),
    ("phone-home", _home, PHONE),
    ("phone-search", _found, PHONE),
]


def take(visit: Visitors, name: str, arrive: Callable[[Page], None], screen: dict[str, Any]) -> None:
    """Take one picture and keep it small."""
    page = visit("lina", **screen, reduced_motion="reduce")
    arrive(page)
    page.evaluate(WITHOUT_DURATION)
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    _keep(name, page.screenshot(animations="disabled", caret="hide"))


def _keep(name: str, taken: bytes) -> None:
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.png"
    picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.name:<20} {picture.width}×{picture.height} {path.stat().st_size // 1000} kB")
    if path.stat().st_size > LARGEST:
        raise SystemExit(f"{path} is larger than {LARGEST // 1000} kB")


@contextlib.contextmanager
def company(folder: Path) -> Iterator[Served]:
    """The demo company at one moment, served from this process."""
    settings = Settings(data=folder, secret_key="0" * 64)
    with mock.patch.object(clock, "now", return_value=MOMENT):
        portal = Portal(settings)
        migrate(settings.url)
        loading.load(portal.sessions, settings, MOMENT.date(), lambda _done, _total: None)
        portal.follower.catch_up()
        server = make_server("127.0.0.1", 0, create_app(settings), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Served(f"http://127.0.0.1:{server.server_port}", folder)
        server.shutdown()


def main() -> None:
    """Serve the demo company and take all pictures."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not needed where Chromium is missing

    if not CHROMIUM:
        sys.exit("Chromium is not installed: no pictures are taken.")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with (
        tempfile.TemporaryDirectory() as folder,
        company(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        visit = Visitors(browser, site, {})
        for name, arrive, screen in PICTURES:
            take(visit, name, arrive, screen)
        troubles = visit.leave()
        browser.close()
    if troubles:
        sys.exit("\n".join(troubles))


if __name__ == "__main__":
    main()
