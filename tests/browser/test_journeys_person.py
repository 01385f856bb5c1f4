"""What somebody sets for themselves: language, looks, keys, a personal token."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.steps import fresh, published

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.visiting import Visitors


def test_the_language_is_switched_and_stays(visit: Visitors) -> None:
    page = visit("yaolin")
    page.goto("/spaces/techniques")
    page.get_by_label("姚琳的菜单").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(re.compile("/spaces/techniques$"))
    # It belongs to the person, not to the browser.
    elsewhere = visit("yaolin")
    elsewhere.goto("/")
    expect(elsewhere.get_by_role("link", name="New document").first).to_be_visible()
    elsewhere.get_by_label("Menu of 姚琳").click()
    elsewhere.get_by_role("button", name="中文").click()
    expect(elsewhere.locator("html")).to_have_attribute("lang", "zh-CN")


def test_light_and_dark_are_chosen_and_stay(visit: Visitors) -> None:
    page = visit("yaolin")
    page.goto("/")
    grounds = {}
    for name, value in (("深色", "dark"), ("浅色", "light"), ("跟随系统", "auto")):
        page.get_by_label("姚琳的菜单").click()
        page.get_by_role("button", name=name).click()
        expect(page.locator("html")).to_have_attribute("data-bs-theme", value)
        page.goto("/people")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", value)
        grounds[value] = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert grounds["dark"] != grounds["light"] == grounds["auto"]
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == grounds["dark"]


def test_what_one_says_of_oneself_is_shown(visit: Visitors) -> None:
    page, colleague = visit("fangfang"), visit("lina")
    said = fresh("负责山东的胶管客户。")
    page.goto("/people/fangfang")
    page.get_by_role("link", name="编辑资料").click()
    page.get_by_label("关于我").fill(said)
    page.get_by_role("button", name="保存设置").click()
    colleague.goto("/people/fangfang")
    expect(colleague.get_by_text(said)).to_be_visible()


def test_a_personal_token_is_made_used_and_revoked(visit: Visitors) -> None:
    page = visit("lina")
    title = fresh("接口样例")
    url = published(page, title)
    page.goto("/settings/tokens")
    page.get_by_label("用途").fill("报表")
    page.get_by_role("button", name="新建令牌").click()
    secret = page.locator(".secret code").inner_text()
    headers = {"Authorization": f"Bearer {secret}"}
    program = visit().request
    path = url.replace("/documents/", "/api/v1/documents/")
    assert program.get(path).status == 401
    assert program.get(path, headers=headers).json()["title"] == title
    # It is shown once.
    page.goto("/settings/tokens")
    expect(page.locator("main")).not_to_contain_text(secret)
    page.locator("tbody tr", has_text="报表").first.get_by_role("button", name="吊销").click()
    page.get_by_role("dialog").get_by_role("button", name="吊销").click()
    expect(page.locator(".toast-note")).to_contain_text("令牌已撤销。")
    assert program.get(path, headers=headers).status == 401


def test_signing_out_ends_the_session_everywhere_in_this_browser(visit: Visitors) -> None:
    page = visit()
    page.goto("/sign-in")
    page.get_by_role("button", name="唐宁").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("唐宁，您好")
    page.get_by_label("唐宁的菜单").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    page.goto("/spaces")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_the_keyboard_searches_walks_lists_and_explains_itself(visit: Visitors) -> None:
    page = visit("lina")
    page.goto("/spaces/product")
    titles = page.locator(".row-title")
    page.keyboard.press("j")
    expect(titles.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(titles.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(titles.nth(0)).to_be_focused()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="键盘快捷键")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="搜索")).to_be_focused()
    # In a field, letters are letters.
    page.keyboard.type("j?n/")
    expect(page.get_by_role("searchbox", name="搜索")).to_have_value("j?n/")


@pytest.mark.parametrize(("key", "address"), [("n", "/documents/new"), ("h", "/")])
def test_single_keys_lead_on_and_can_be_switched_off(visit: Visitors, key: str, address: str) -> None:
    page = visit("lina")
    page.goto("/spaces")
    page.keyboard.press(key)
    expect(page).to_have_url(re.compile(f"{address}$"))
    page.goto("/spaces")
    _switch_keys_off(page)
    page.keyboard.press(key)
    page.keyboard.press("/")
    expect(page).to_have_url(re.compile("/spaces$"))
    expect(page.get_by_role("searchbox", name="搜索")).not_to_be_focused()


def _switch_keys_off(page: Page) -> None:
    page.keyboard.press("?")
    page.get_by_label("在本浏览器使用单键快捷键").uncheck()
    page.keyboard.press("Escape")
