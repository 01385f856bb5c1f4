"""What is reviewed: somebody writes, an editor looks, asks for more, approves; somebody else proposes a change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.browser.steps import fresh, posted, published, replace_text, see_message, title_field, write_text
from tests.browser.visiting import PHONE

if TYPE_CHECKING:
    from tests.browser.visiting import Visitors

CASES = "客户案例"
EDITING_CASES = "chenxi"


def open_request(page: Page, title: str) -> None:
    """Find a request in the queue, as an editor does."""
    page.goto("/reviews")
    for _page in range(20):
        if page.get_by_role("link", name=title).count():
            page.get_by_role("link", name=title).first.click()
            return
        page.get_by_role("link", name="下一页").click()
    raise AssertionError(f"{title} is not in the queue")


def test_a_case_is_sent_for_review_sent_back_mended_and_published(visit: Visitors) -> None:
    author, editor, colleague = visit("lina"), visit(EDITING_CASES), visit("wangqiang")
    title = fresh("滦东密封件首单复盘")
    # The button says what it will do in the chosen space.
    author.goto("/documents/new")
    title_field(author).fill(title)
    write_text(author, "第一次拜访只见到了采购。")
    author.get_by_label("空间", exact=True).select_option(label=CASES)
    author.get_by_role("button", name="送审", exact=True).click()
    see_message(author, "已送审")
    expect(author.get_by_role("heading", level=1)).to_contain_text("审核中")
    address = author.url
    answer = colleague.goto(address)
    assert answer
    assert answer.status == 404
    # An editor asks for more.
    open_request(editor, title)
    editor.get_by_text("退回并说明理由").click()
    editor.get_by_label("需要改什么？").fill("请补上第二次拜访的结果。")
    editor.get_by_role("button", name="退回", exact=True).click()
    see_message(editor, "已退回")
    # Its author reads why, mends it and sends it again.
    author.goto(address)
    expect(author.get_by_text("请补上第二次拜访的结果。")).to_be_visible()
    author.get_by_role("link", name="编辑", exact=True).click()
    replace_text(author, "第一次拜访只见到了采购。第二次见到了厂长，定了 5 吨试单。")
    author.get_by_role("button", name="送审", exact=True).click()
    # Approved where it stands, it is everybody's.
    editor.goto(address)
    editor.get_by_role("button", name="通过并发布").click()
    see_message(editor, "已通过并发布")
    colleague.goto(address)
    expect(colleague.locator(".prose")).to_contain_text("5 吨试单")


def test_a_reader_proposes_a_change_and_the_editor_takes_it(visit: Visitors) -> None:
    editor, reader = visit("sumei"), visit("lina")
    url = published(editor, fresh("HY-S165 包装说明"), "每托 40 袋。\n\n雨天不装车。", space="4")
    reader.goto(url)
    reader.get_by_role("link", name="提出修改").click()
    replace_text(reader, "每托 40 袋，缠绕膜三层。\n\n雨天不装车。")
    reader.get_by_label("修改说明").fill("仓库已经改了")
    reader.get_by_role("button", name="送审", exact=True).click()
    see_message(reader, "已送审")
    request = reader.url
    # The editor sees what is to change, in both ways of looking.
    editor.goto(url)
    expect(editor.get_by_text("有 1 条修改建议等您审核。")).to_be_visible()
    editor.get_by_role("link", name="审核", exact=True).first.click()
    expect(editor).to_have_url(request)
    expect(editor.locator("ins").first).to_contain_text("缠绕膜三层")
    editor.get_by_role("link", name="左右对照").click()
    expect(editor.locator(".diff-sides ins").first).to_contain_text("缠绕膜三层")
    # They talk about it.
    editor.get_by_label("您的意见").fill("从哪天开始？")
    editor.get_by_role("button", name="发表意见").click()
    expect(editor.locator("#talk")).to_contain_text("从哪天开始？")
    editor.get_by_role("button", name="通过并发布").click()
    expect(editor).to_have_url(url)
    expect(editor.locator(".prose")).to_contain_text("缠绕膜三层")
    # What became of it.
    reader.goto("/reviews?tab=mine")
    expect(reader.locator("[data-row]").first).to_contain_text("已通过")


def test_a_document_that_moved_on_is_merged_before_it_is_approved(visit: Visitors) -> None:
    editor, reader = visit("sumei"), visit("lina")
    url = published(editor, fresh("HY-C60 储运说明"), "防潮。\n\n防晒。\n\n防压。", space="4")
    fields = {"title": "HY-C60 储运说明", "space": "4", "tags": "", "note": ""}
    request = posted(
        reader,
        re.sub(r"^https?://[^/]+", "", url) + "/suggestions",
        body="防潮，垫托盘。\n\n防晒。\n\n防压。",
        version="1",
        **fields,
    )
    editor.goto(f"{url}/edit")
    replace_text(editor, "防潮。\n\n防晒。\n\n防压，最多三层。")
    editor.get_by_role("button", name="保存修改").click()
    editor.goto(request)
    expect(editor.get_by_role("button", name="通过并发布")).to_have_count(0)
    editor.get_by_role("button", name="更新到最新").click()
    see_message(editor, "已更新")
    editor.get_by_role("button", name="通过并发布").click()
    expect(editor.locator(".prose p")).to_have_text(["防潮，垫托盘。", "防晒。", "防压，最多三层。"])


def test_without_script_on_a_phone(visit: Visitors) -> None:
    plain = {**PHONE, "java_script_enabled": False}
    author, editor = visit("lina", **plain), visit(EDITING_CASES, **plain)
    title = fresh("滦西胶管回访")
    author.goto("/documents/new?space=cases")
    title_field(author).fill(title)
    author.get_by_role("textbox", name="正文").fill("老客户回访记录。")
    author.get_by_role("button", name="送审", exact=True).click()
    expect(author.get_by_text("文档正在等待审核")).to_be_visible()
    open_request(editor, title)
    editor.get_by_role("button", name="通过并发布").click()
    expect(editor.get_by_role("heading", level=1)).to_contain_text(title)
    expect(editor.get_by_role("heading", level=1)).not_to_contain_text("审核中")
