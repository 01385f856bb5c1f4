"""Somebody has to sign, somebody asks: must-reads with a change in between, questions with an answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.steps import (
    TECHNIQUES,
    fresh,
    published,
    search_until_found,
    see_message,
    title_field,
    write_text,
)
from tests.browser.visiting import PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.visiting import Visitors


def ask_to_read(page: Page, address: str, who: str) -> None:
    """Choose who has to read a document, and ask them."""
    page.goto(address)
    page.get_by_label("更多操作").click()
    page.get_by_role("link", name="设为必读").click()
    box = page.get_by_role("combobox", name="谁要读")
    box.press_sequentially(who)
    page.get_by_role("option", name=re.compile(who)).first.click()
    expect(page.locator("#reach")).to_contain_text("将请 1 人签阅")
    page.get_by_role("button", name="发出").click()


def test_a_must_read_is_signed_changed_and_signed_again(visit: Visitors) -> None:
    editor, reader = visit("tangning"), visit("lina", **PHONE)
    title = fresh("拜访报销口径")
    address = published(editor, title, "第一条，当天报。\n\n第二条，月底结。")
    ask_to_read(editor, address, "李娜")
    expect(editor.get_by_role("heading", name="签阅进度")).to_be_visible()
    progress = editor.url
    # She reads it on her phone and signs at the end of the text.
    reader.goto("/must-reads")
    reader.get_by_role("link", name=title).click()
    reader.get_by_role("button", name="我已阅读").click()
    see_message(reader, "已签阅")
    expect(reader.locator("#must-read")).to_contain_text("您已签阅")
    # A change that matters asks her again, for the change alone.
    editor.goto(f"{address}/edit")
    editor.locator(".CodeMirror").click()
    editor.keyboard.press("Control+End")
    editor.keyboard.insert_text("\n\n第三条，超过两千先批。")
    editor.get_by_label("重要改动").check()
    editor.get_by_role("button", name="保存修改").click()
    reader.goto(address)
    reader.get_by_role("link", name="只看改动").click()
    expect(reader.locator("ins").first).to_contain_text("第三条")
    expect(reader.locator(".diff")).not_to_contain_text("第一条")
    reader.get_by_role("button", name="我已阅读").click()
    see_message(reader, "已签阅")
    editor.goto(progress)
    expect(editor.get_by_role("row", name=re.compile("李娜"))).to_contain_text("第 2 版")


def test_somebody_asks_sees_similar_ones_and_accepts_an_answer(visit: Visitors) -> None:
    asker, expert = visit("sunhao"), visit("dengke")
    search_until_found(asker, "白炭黑到货水分")
    asker.goto("/questions/new")
    title = asker.get_by_label("您的问题")
    title.press_sequentially("白炭黑到货水分高怎么办")
    similar = asker.locator("#similar")
    expect(similar.get_by_role("link", name=re.compile("白炭黑到货水分 7.2%"))).to_be_visible()
    expect(similar).to_contain_text("已解决")
    expect(similar).to_contain_text("可以投")
    words = fresh("新仓库的白炭黑要不要先化验？")
    title.fill(words)
    asker.get_by_label("空间", exact=True).select_option(label=TECHNIQUES)
    asker.get_by_role("button", name="提问", exact=True).click()
    see_message(asker, "问题已发布")
    address = asker.url
    # An expert replies; the asker says that this was it.
    expert.goto(address)
    expert.locator("#reply-body").fill("先化验，两小时就有数。")
    expert.get_by_role("button", name="发送回复").click()
    asker.goto(address)
    asker.get_by_role("button", name="采纳为答案").click()
    see_message(asker, "已采纳为答案")
    expect(asker.locator("#answer")).to_contain_text("两小时就有数")
    asker.goto("/questions?tab=answered")
    expect(asker.get_by_role("link", name=words)).to_be_visible()


def test_the_box_follows_what_is_typed_until_it_is_touched(visit: Visitors) -> None:
    page = visit("lina")
    page.goto("/documents/new")
    box = page.get_by_label("这是一个提问")
    expect(box).not_to_be_checked()
    title_field(page).fill("谁知道怎么烘？")
    expect(box).to_be_checked()
    title_field(page).fill("这样烘")
    expect(box).not_to_be_checked()
    write_text(page, "有人试过别的吗？")
    expect(box).to_be_checked()
    box.uncheck()
    title_field(page).fill("到底怎么烘？")
    expect(box).not_to_be_checked()


def test_without_a_script_one_looks_before_one_asks(visit: Visitors) -> None:
    page = visit("lina", java_script_enabled=False)
    page.goto("/questions/new")
    page.get_by_label("您的问题").fill("白炭黑到货水分高")
    page.get_by_role("button", name="看看有没有人问过").click()
    expect(page.locator("#similar")).to_contain_text("白炭黑到货水分 7.2%")
    expect(page.get_by_label("您的问题")).to_have_value("白炭黑到货水分高")
