"""Somebody writes: preview, draft, publication, two writers at once, pictures, drawings, a session that ends."""

from __future__ import annotations

import io
import re
import sqlite3
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.serving import PASSWORD
from tests.browser.steps import (
    TECHNIQUES,
    fresh,
    published,
    replace_text,
    search_until_found,
    see_message,
    title_field,
    write_text,
)

if TYPE_CHECKING:
    from tests.browser.serving import Served
    from tests.browser.visiting import Visitors


def test_a_document_is_written_previewed_kept_as_draft_published_and_found(visit: Visitors) -> None:
    page, colleague = visit("lina"), visit("wangqiang")
    title = fresh("滦河胶带厂验货要点")
    # She writes and sees at once how it will look.
    page.goto("/documents/new")
    title_field(page).fill(title)
    page.get_by_role("button", name="预览").click()
    write_text(page, "## 三步\n\n- 先看**批号**\n\n| 项 | 值 |\n| --- | --- |\n| 水分 | 5% |\n")
    preview = page.get_by_role("region", name="预览")
    expect(preview.get_by_role("heading", name="三步")).to_be_visible()
    expect(preview.locator("strong")).to_have_text("批号")
    expect(preview.get_by_role("cell", name="5%")).to_be_visible()
    # She says where it belongs and what it is about.
    page.get_by_label("空间", exact=True).select_option(label=TECHNIQUES)
    tags = page.get_by_role("combobox", name="标签")
    tags.press_sequentially("验货,滦河,")
    expect(page.locator(".ts-control .item")).to_have_count(2)
    page.get_by_role("button", name="存为草稿").click()
    see_message(page, "已存为草稿。")
    expect(page.get_by_role("heading", level=1)).to_contain_text("草稿")
    expect(page.locator("a.tag")).to_have_count(2)
    expect(page.get_by_role("link", name="滦河", exact=True)).to_be_visible()
    # Nobody else sees a draft, and she finds it on her home page.
    answer = colleague.goto(page.url)
    assert answer
    assert answer.status == 404
    address = page.url
    page.goto("/")
    page.get_by_role("link", name=title).first.click()
    # Published, it is found and read by a colleague.
    page.get_by_role("button", name="发布", exact=True).click()
    see_message(page, "已发布。")
    search_until_found(colleague, "滦河 验货", text=title)
    colleague.get_by_role("link", name=title).click()
    expect(colleague).to_have_url(address)
    expect(colleague.locator(".prose strong")).to_have_text("批号")


def test_a_form_with_errors_says_what_is_missing_and_keeps_the_text(visit: Visitors) -> None:
    page = visit("lina")
    page.goto("/documents/new")
    write_text(page, "没有标题的正文")
    page.get_by_role("button", name="发布", exact=True).click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name=re.compile("请填写标题。")).click()
    expect(title_field(page)).to_be_focused()
    expect(page.locator(".CodeMirror")).to_contain_text("没有标题的正文")


def test_two_people_edit_at_once_and_nothing_is_lost(visit: Visitors) -> None:
    author = visit("linyue")
    editor = visit("linyue")
    title = fresh("十一月白炭黑行情")
    url = published(author, title, "原来的一句。", space="1")
    author.goto(f"{url}/edit")
    editor.goto(f"{url}/edit")
    replace_text(author, "作者补充：出厂价持平。")
    author.get_by_role("button", name="保存修改").click()
    expect(author.locator(".prose")).to_have_text("作者补充：出厂价持平。")
    # The second one to save is shown both texts; as they stand, both are kept.
    replace_text(editor, "编辑补充：运费上涨。")
    with editor.expect_response(lambda answer: answer.request.method == "POST") as answered:
        editor.get_by_role("button", name="保存修改").click()
    assert answered.value.status == 409
    sides = editor.locator(".merge-side")
    expect(sides.nth(0)).to_contain_text("编辑补充：运费上涨。")
    expect(sides.nth(1)).to_contain_text("作者补充：出厂价持平。")
    editor.get_by_role("button", name="保存合并结果").click()
    expect(editor.locator(".prose p")).to_have_text(["编辑补充：运费上涨。", "作者补充：出厂价持平。"])


@pytest.mark.parametrize("hand", ["chosen", "pasted"])
def test_a_picture_is_uploaded_and_shown(visit: Visitors, hand: str) -> None:
    page = visit("lina")
    title = fresh("包装照片")
    page.goto("/documents/new")
    title_field(page).fill(title)
    page.get_by_label("空间", exact=True).select_option(label=TECHNIQUES)
    page.locator(".CodeMirror").click()
    if hand == "chosen":
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="图片").click()
        chooser.value.set_files({"name": "吨袋.png", "mimeType": "image/png", "buffer": _picture()})
    else:
        _paste(page, _picture())
    expect(page.locator(".CodeMirror")).to_contain_text(re.compile(r"!\[吨袋\]\(/images/"))
    page.get_by_role("button", name="发布", exact=True).click()
    shown = page.locator(".prose img")
    expect(shown).to_have_attribute("alt", "吨袋")
    shown.scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('.prose img').naturalWidth === 60")


def _picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(made, "PNG")
    return made.getvalue()


def _paste(page: Page, picture: bytes) -> None:
    """Paste a picture, which no keyboard can bring here."""
    page.locator(".CodeMirror textarea").evaluate(
        """(field, bytes) => {
            const held = new DataTransfer();
            held.items.add(new File([new Uint8Array(bytes)], "吨袋.png", { type: "image/png" }));
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true }));
        }""",
        list(picture),
    )


def test_a_diagram_is_drawn(visit: Visitors) -> None:
    page = visit("lina")
    url = published(page, fresh("投诉流程"), "```mermaid\nflowchart LR\n  A[接到投诉] --> B[取样]\n```\n")
    page.goto(url)
    drawing = page.get_by_role("img", name="图")
    expect(drawing).to_be_visible()
    expect(drawing).to_contain_text("接到投诉")
    # Its source stays for those who cannot see it.
    page.get_by_text("图的源码").click()
    expect(page.locator(".diagram pre")).to_contain_text("A[接到投诉] --> B[取样]")


def test_task_lists_show_boxes_without_bullets(visit: Visitors) -> None:
    page = visit("lina")
    page.goto(published(page, fresh("出车检查"), "- [x] 防水布\n- [ ] 封签\n\n普通：\n\n- 一\n- 二\n"))
    boxes = page.locator(".prose input[type=checkbox]")
    expect(boxes).to_have_count(2)
    marks = page.locator(".prose li").evaluate_all(
        "all => all.map(item => getComputedStyle(item).listStyleType)"
    )
    assert marks == ["none", "none", "disc", "disc"]


def test_a_session_that_ends_while_writing_loses_nothing(visit: Visitors, site: Served) -> None:
    page = visit()
    _sign_in(page, "gaojian")
    title, text = fresh("写到一半"), "写了半小时的正文，不能丢。"
    page.goto("/documents/new")
    title_field(page).fill(title)
    page.get_by_label("空间", exact=True).select_option(label=TECHNIQUES)
    write_text(page, text)
    # The sign-in ends meanwhile.
    with sqlite3.connect(site.data / "portal.db", timeout=20) as database:
        gone = "delete from sign_ins where user_id = (select id from users where username = 'gaojian')"
        assert database.execute(gone).rowcount
    database.close()
    page.get_by_role("button", name="发布", exact=True).click()
    # The page says so and holds the text for copying.
    expect(page.get_by_role("heading", name="登录已过期")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_value(f"{title}\n\n{text}")
    # Signed in again, the same form offers the text.
    page.get_by_role("link", name="重新登录").click()
    _prove(page, "gaojian")
    expect(page).to_have_url(re.compile("/documents/new$"))
    page.get_by_role("button", name="恢复内容").click()
    expect(title_field(page)).to_have_value(title)
    expect(page.locator(".CodeMirror")).to_contain_text(text)
    page.get_by_role("button", name="发布", exact=True).click()
    see_message(page, "已发布。")
    expect(page.locator(".prose")).to_have_text(text)
    # Once saved, nothing is offered any more.
    page.goto("/documents/new")
    expect(page.locator(".CodeMirror")).to_be_visible()
    expect(page.locator("[data-draft-offer]")).to_be_hidden()


def test_what_was_typed_survives_a_closed_tab(visit: Visitors) -> None:
    page = visit("lina")
    page.goto(published(page, fresh("回访清单")))
    page.locator("#reply-body").fill("还没写完的回复")
    address = page.url
    page.goto("/")
    page.goto(address)
    page.locator("#replies").get_by_role("button", name="恢复内容").click()
    expect(page.locator("#reply-body")).to_have_value("还没写完的回复")


def test_who_may_not_write_is_told_so(visit: Visitors) -> None:
    page = visit("jiangtao")
    answer = page.goto("/documents/new")
    assert answer
    assert answer.status == 403
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def _sign_in(page: Page, username: str) -> None:
    page.goto("/sign-in")
    _prove(page, username)
    expect(page.get_by_role("heading", level=1)).to_contain_text("您好")


def _prove(page: Page, username: str) -> None:
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
