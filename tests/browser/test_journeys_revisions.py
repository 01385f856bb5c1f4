"""Versions, unfinished texts and two writers at once, as people meet them in a browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.browser.steps import fresh, posted, published, replace_text, see_message, title_field, write_text
from tests.browser.visiting import PHONE

if TYPE_CHECKING:
    from tests.browser.visiting import Visitors

BODY = "先核对合同。\n\n- 样品\n- 报价\n\n再约客户见面。"
KEPT = re.compile("已自动保存")


def change(page: Page, address: str, body: str, note: str = "") -> None:
    """Open the editor, write, save."""
    page.goto(f"{address}/edit")
    replace_text(page, body)
    page.get_by_role("textbox", name="修改说明").fill(note)
    page.get_by_role("button", name="保存修改").click()


def test_versions_are_compared_and_one_is_restored(visit: Visitors) -> None:
    page = visit("tangning")
    address = published(page, fresh("客户交接"), BODY)
    change(page, address, BODY.replace("合同", "合同与附件"), "加上附件")
    change(page, address, BODY.replace("合同", "合同与附件") + "\n\n最后写交接单。", "加上交接单")
    page.get_by_label("更多操作").click()
    page.get_by_role("link", name="历史版本").click()
    expect(page.get_by_text("加上附件")).to_be_visible()
    page.get_by_label("以第 1 版为较早的一版").check()
    page.get_by_role("button", name="对比所选版本").click()
    expect(page).to_have_url(re.compile(r"/revisions/1\.\.3$"))
    expect(page.locator(".diff-inline ins").first).to_contain_text("与附件")
    page.get_by_role("link", name="左右对照").click()
    expect(page.locator(".diff-sides")).to_be_visible()
    expect(page.locator(".diff-inline")).to_be_hidden()
    page.get_by_role("button", name="恢复第 1 版").click()
    page.get_by_role("dialog").get_by_role("button", name="恢复第 1 版").click()
    see_message(page, "第 1 版已恢复为当前版本。")
    expect(page.locator(".prose")).not_to_contain_text("附件")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".prose")).to_contain_text("最后写交接单。")


def test_two_columns_become_one_on_a_phone(visit: Visitors) -> None:
    page = visit("tangning", **PHONE)
    title = fresh("客户交接")
    address = published(page, title, BODY)
    later = {"title": title, "body": BODY.replace("合同", "合同与附件"), "space": "2", "version": "1"}
    posted(page, address, **later)
    number = address.rsplit("/", 1)[1]
    page.goto(f"/items/{number}/revisions/1..2?view=sides")
    expect(page.locator(".diff-sides")).to_be_hidden()
    expect(page.locator(".diff-inline ins")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.goto(f"/items/{number}/revisions")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_two_writers_at_once_choose_and_keep_everything(visit: Visitors) -> None:
    mine, theirs = visit("tangning"), visit("tangning")
    address = published(mine, fresh("客户交接"), BODY)
    for page in (mine, theirs):
        page.goto(f"{address}/edit")
    replace_text(theirs, BODY.replace("合同", "合同和账期").replace("- 报价", "- 报价\n- 交期"))
    theirs.get_by_role("button", name="保存修改").click()
    see_message(theirs, "已发布。")
    replace_text(mine, BODY.replace("合同", "合同与附件").replace("见面。", "见面，当面确认。"))
    mine.get_by_role("button", name="保存修改").click()
    expect(mine.get_by_role("heading", name="两处同时修改")).to_be_visible()
    expect(mine.get_by_text("取自对方的改动")).to_be_visible()
    own = mine.get_by_label("自行改写")
    mine.get_by_label("对方已保存的").check()
    expect(own).to_have_value("先核对合同和账期。")
    own.fill("先核对合同、附件和账期。")
    expect(mine.get_by_label("按下面所写：")).to_be_checked()
    mine.get_by_role("button", name="保存合并结果").click()
    see_message(mine, "已发布。")
    for words in ("先核对合同、附件和账期。", "交期", "当面确认"):
        expect(mine.locator(".prose")).to_contain_text(words)


def test_a_conflict_is_solved_without_a_script(visit: Visitors) -> None:
    mine = visit("tangning", java_script_enabled=False)
    theirs = visit("tangning")
    address = published(theirs, fresh("客户交接"), BODY)
    mine.goto(f"{address}/edit")
    change(theirs, address, BODY.replace("合同", "合同和账期"))
    see_message(theirs, "已发布。")
    mine.get_by_role("textbox", name="正文", exact=True).fill(BODY.replace("合同", "合同与附件"))
    mine.get_by_role("button", name="保存修改").click()
    mine.get_by_label("您的", exact=True).check()
    mine.get_by_role("button", name="保存合并结果").click()
    expect(mine.locator(".prose")).to_contain_text("先核对合同与附件。")
    expect(mine.locator(".prose")).not_to_contain_text("账期")


def test_what_is_typed_survives_the_browser_and_goes_on_elsewhere(visit: Visitors) -> None:
    page = visit("luoyi")
    title = fresh("没写完的交接单")
    page.goto("/documents/new")
    title_field(page).fill(title)
    write_text(page, "只写了一半")
    expect(page.locator("[data-draft-status]")).to_have_text(KEPT)
    page.context.close()
    # Another browser knows nothing but what the server kept.
    other = visit("luoyi")
    other.goto("/drafts")
    row = other.locator("[data-row]", has_text=title)
    expect(row).to_contain_text("只写了一半")
    row.get_by_role("link", name="继续写").click()
    expect(title_field(other)).to_have_value(title)
    expect(other.locator(".CodeMirror")).to_contain_text("只写了一半")
    write_text(other, "，写完了")
    other.get_by_role("button", name="发布", exact=True).click()
    see_message(other, "已发布。")
    other.goto("/drafts")
    expect(other.locator("[data-row]", has_text=title)).to_have_count(0)


def test_a_text_from_another_device_is_offered_with_what_is_different(visit: Visitors) -> None:
    page, other = visit("luoyi"), visit("luoyi")
    address = published(page, fresh("验货要点"), "先看批号。")
    page.goto(f"{address}/edit")
    replace_text(page, "先看批号，再看包装。")
    expect(page.locator("[data-draft-status]")).to_have_text(KEPT)
    other.goto(f"{address}/edit")
    offer = other.locator("[data-draft-offer]")
    expect(offer).to_contain_text("另一台设备")
    expect(offer).to_contain_text("多 5 字")
    offer.get_by_role("button", name="恢复内容").click()
    expect(other.locator(".CodeMirror")).to_contain_text("再看包装")
    other.get_by_role("button", name="保存修改").click()
    see_message(other, "已发布。")
    other.goto(f"{address}/edit")
    expect(other.locator(".CodeMirror")).to_contain_text("再看包装")
    expect(offer).to_be_hidden()


def test_an_offer_can_be_declined_for_good(visit: Visitors) -> None:
    page = visit("luoyi")
    address = published(page, fresh("验货要点"), "先看批号。")
    page.goto(f"{address}/edit")
    replace_text(page, "先看批号，再看包装。")
    expect(page.locator("[data-draft-status]")).to_have_text(KEPT)
    page.goto(f"{address}/edit")
    page.get_by_role("button", name="丢弃").click()
    page.goto(f"{address}/edit")
    expect(page.locator(".CodeMirror")).to_contain_text("先看批号")
    expect(page.locator("[data-draft-offer]")).to_be_hidden()
