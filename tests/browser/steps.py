"""Steps that several journeys share, in the words of the people who take them."""

from __future__ import annotations

import itertools
import re
from urllib.parse import urljoin
from weakref import WeakKeyDictionary

from playwright.sync_api import Locator, Page, expect

from tests.browser.visiting import token

TECHNIQUES = "销售技巧切磋"
_numbers = itertools.count(101)
_tokens: WeakKeyDictionary[Page, str] = WeakKeyDictionary()


def fresh(words: str) -> str:
    """A title that no other test uses, and none of which begins like another."""
    return f"{words} {next(_numbers)}"


def search_until_found(page: Page, query: str, *, text: str = "") -> None:
    """Search again until there is a hit: the worker needs a moment after a change."""

    def is_found() -> bool:
        page.goto(f"/search?q={query}")
        return page.locator("[data-row]", has_text=text or None).count() > 0

    _await(page, is_found, f"“{query}” is not found")


def search_until_gone(page: Page, query: str, text: str) -> None:
    """Search again until there is no such hit."""

    def is_gone() -> bool:
        page.goto(f"/search?q={query}")
        return page.locator("[data-row]", has_text=text).count() == 0

    _await(page, is_gone, f"“{query}” is still found")


def _await(page: Page, condition: object, complaint: str) -> None:
    for _try in range(100):
        if callable(condition) and condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError(complaint)


def posted(page: Page, path: str, **fields: str) -> str:
    """Send a form without looking at it, for what a journey needs but is not about; where it leads."""
    if page not in _tokens:
        _tokens[page] = token(page.request, "/help")
    answer = page.request.post(path, form={**fields, "csrf_token": _tokens[page]}, max_redirects=0)
    assert answer.status == 302, f"{path}: {answer.status} {answer.text()[:2000]}"
    return urljoin(answer.url, answer.headers["location"])


def published(page: Page, title: str, body: str = "正文。", *, space: str = "2", tags: str = "") -> str:
    """A document that is there already; its address."""
    url = posted(page, "/documents", title=title, body=body, space=space, tags=tags, action="publish")
    assert re.search(r"/documents/\d+$", url), url
    return url


def title_field(page: Page) -> Locator:
    """Where the title of a document is typed; a button of the editor's tool bar has the same name in Chinese."""
    return page.get_by_role("textbox", name="标题", exact=True)


def write_text(page: Page, text: str) -> None:
    """Type into the editor."""
    editor = page.locator(".CodeMirror")
    editor.click()
    page.keyboard.insert_text(text)


def replace_text(page: Page, text: str) -> None:
    """Type over everything in the editor."""
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def choose_in_menu(page: Page, name: str) -> None:
    """Choose from a document's further actions and say yes."""
    page.get_by_label("更多操作").click()
    page.get_by_role("button", name=name, exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


def see_message(page: Page, text: str) -> None:
    """The message at the foot of the page says so."""
    expect(page.locator(".toast-note", has_text=text)).to_be_visible()
