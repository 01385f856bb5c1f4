"""A real portal and a real Chromium, one of each per process that runs tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import steps
from tests.browser.serving import CHROMIUM, QUIET, Served, served
from tests.browser.visiting import PATIENCE_MS, Visitors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a test of this folder, and leave it out where there is nothing to run it in."""
    item.add_marker(pytest.mark.browser)
    if not CHROMIUM:
        item.add_marker(pytest.mark.skip("Chromium is not installed: the browser's tests are left out"))


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo company, served."""
    with served(tmp_path_factory.mktemp("portal")) as at_work:
        yield at_work


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Chromium; it ends with this folder's tests, because its event loop would be in the way of others."""
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 - not needed where Chromium is missing

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def cookies() -> dict[str, Any]:
    """Who has signed in already, so that nobody has to prove it for each test."""
    return {}


@pytest.fixture
def visit(chromium: Browser, site: Served, cookies: dict[str, Any]) -> Iterator[Visitors]:
    """Opens a browser for somebody; afterwards none of them may have complained."""
    visitors = Visitors(chromium, site, cookies)
    yield visitors
    assert visitors.leave() == []


@pytest.fixture(scope="package", autouse=True)
def _found_by_search(chromium: Browser, site: Served, cookies: dict[str, Any]) -> None:
    """The worker has built the index before the first test begins."""
    visitors = Visitors(chromium, site, cookies)
    steps.search_until_found(visitors("lina"), "白炭黑")
    visitors.leave()
