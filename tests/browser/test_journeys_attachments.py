"""Files of a document: sent, seen in place, found by their page, replaced, taken back; and nothing in them runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.steps import fresh, posted, search_until_found, title_field
from tests.browser.test_accessibility import STILL, look, look_at
from tests.browser.visiting import PHONE
from tests.builders import attachments as files

if TYPE_CHECKING:
    from tests.browser.visiting import Visitors

HOSTILE = {
    "a.html": b"<!doctype html><script>document.title = 'ran'; fetch('/spaces')</script>",
    "a.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload=\"document.title = 'ran'\"><script>alert(1)</script></svg>",
    "a.xml": b"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>document.title = 'ran'</x:script>",
}


def payload(name: str, content: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType="application/octet-stream", buffer=content)


def written(page: Page, title: str) -> str:
    """The address of a new document of the person's own."""
    page.goto("/documents/new?space=techniques")
    space = page.get_by_label("空间").input_value()
    form = {
        "title": title,
        "body": "附件见下。",
        "space": space,
        "action": "publish",
        "submission": fresh("s"),
    }
    return posted(page, "/documents", **form)


def choose(page: Page, *sent: FilePayload) -> None:
    page.locator("[data-attach-input]").set_input_files(list(sent))


def test_many_files_are_sent_seen_in_place_and_found_by_their_page(visit: Visitors) -> None:
    page = visit("lina")
    word = fresh("zebra").replace(" ", "")
    page.goto(written(page, fresh("附件之一")))
    book = files.workbook(报价=[["牌号", "价"], ["HY-S165", 7350]], 运费=[["青岛", 120]])
    choose(
        page,
        payload("报价.xlsx", book),
        payload("报告.pdf", files.pdf("first page", f"second {word}")),
        payload("程序.exe", b"MZ\x90"),
    )
    rows = page.locator(".attachment")
    expect(rows).to_have_count(2)
    expect(page.locator("[data-attach-queue]")).to_contain_text("不接受这类文件")
    expect(rows.filter(has_text="报告.pdf")).to_contain_text("2 页")
    expect(rows.filter(has_text="报价.xlsx")).to_contain_text("2 张工作表")
    rows.filter(has_text="报价.xlsx").locator(".attachment-name").press("Enter")
    viewer = page.get_by_role("dialog", name="报价.xlsx")
    expect(viewer.get_by_role("cell", name="7350")).to_be_visible()
    page.keyboard.press("ArrowRight")
    shown = page.get_by_role("dialog", name="报告.pdf").locator(".preview-page img").first
    expect(shown).to_be_visible()
    expect(shown).to_have_js_property("naturalWidth", 1240)
    page.keyboard.press("Escape")
    search_until_found(page, word, text="第 2 页")
    page.locator("[data-row] a.row-title").first.click()
    expect(page).to_have_url(re.compile(r"/attachments/\d+#part-2$"))
    expect(page.locator("#part-2")).to_be_in_viewport()


def test_a_file_is_replaced_brought_back_and_removed(visit: Visitors) -> None:
    page = visit("lina")
    address = written(page, fresh("附件之二"))
    page.goto(address)
    choose(page, payload("价.txt", "一月价".encode()))
    expect(page.locator(".attachment")).to_have_count(1)
    choose(page, payload("价.txt", "二月价".encode()))
    expect(page.locator(".attachment")).to_contain_text("第 2 版")
    page.locator(".attachment .menu summary").click()
    page.get_by_role("link", name="历史版本").click()
    page.get_by_role("button", name="设为当前版本").click()
    expect(page.locator(".preview-text")).to_contain_text("一月价")
    page.goto(address)
    page.locator(".attachment .menu summary").click()
    page.locator(".attachment").get_by_role("button", name="移除").click()
    expect(page.locator(".attachment")).to_have_count(0)
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".attachment")).to_have_count(1)


def test_files_dropped_on_a_new_text_are_saved_with_it(visit: Visitors) -> None:
    page = visit("lina")
    title = fresh("附件之三")
    page.goto("/documents/new?space=techniques")
    expect(page.locator(".attachments-block.is-live")).to_be_visible()
    page.locator(".editor-panes").evaluate("""(target) => {
        const data = new DataTransfer();
        data.items.add(new File(["方案正文"], "方案.txt", { type: "text/plain" }));
        for (const name of ["dragover", "drop"])
            target.dispatchEvent(new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }));
    }""")
    entry = page.locator(".attach-entry")
    expect(entry).to_contain_text("已添加")
    choose(page, payload("多余.txt", b"x"))
    expect(page.locator('[name="attachments"]')).to_have_count(2)
    page.get_by_role("button", name="移除: 多余.txt").click()
    title_field(page).fill(title)
    page.locator(".CodeMirror").click()
    page.keyboard.type("正文。")
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.locator(".attachment-name")).to_have_text(["方案.txt"])


def test_without_a_script_and_on_the_phone(visit: Visitors) -> None:
    page = visit("lina")
    address = written(page, fresh("附件之四"))
    plain = visit("lina", java_script_enabled=False)
    plain.goto(address)
    plain.locator("[data-attach-input]").set_input_files([payload("甲.txt", b"1"), payload("乙.txt", b"2")])
    plain.locator("#attachments").get_by_role("button", name="上传").click()
    expect(plain.locator(".attachment")).to_have_count(2)
    plain.locator(".attachment-name").first.click()
    expect(plain.get_by_role("heading", name="甲.txt")).to_be_visible()
    phone = visit("lina", **PHONE)
    phone.goto(address)
    choose(phone, payload("现场.jpg", files.photo(900, 600)))
    expect(phone.locator(".attachment")).to_have_count(3)
    phone.locator(".attachment-name", has_text="现场.jpg").click()
    expect(phone.get_by_role("dialog", name="现场.jpg").locator("img")).to_be_visible()
    width = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert phone.evaluate(width)


def test_nothing_runs_when_a_hostile_file_is_opened(visit: Visitors) -> None:
    page = visit("lina")
    page.goto(written(page, fresh("附件之五")))
    choose(page, *(payload(name, content) for name, content in HOSTILE.items()))
    expect(page.locator(".attachment")).to_have_count(len(HOSTILE))
    for link in page.locator(".attachment a[download]").evaluate_all("links => links.map((one) => one.href)"):
        answer = page.request.get(link)
        assert answer.headers["content-disposition"].startswith("attachment")
        opened = page.context.new_page()
        with opened.expect_download() as download:
            opened.evaluate("(url) => { location.href = url; }", link)
        assert download.value.failure() is None
        assert opened.title() != "ran"
        opened.close()


def test_lists_and_previews_are_accessible(visit: Visitors) -> None:
    page = visit("lina", **STILL)
    address = written(page, fresh("附件之六"))
    page.goto(address)
    book = files.workbook(
        报价=[["牌号", "价", "很长的一列名称，看它会不会撑宽页面"] * 4], 运费=[["青岛", 120]]
    )
    choose(page, payload("报价.xlsx", book), payload("报告.pdf", files.pdf("first", "second")))
    expect(page.locator(".attachment").filter(has_text="2 页")).to_have_count(1)
    choose(page, payload("程序.exe", b"MZ\x90"))
    expect(page.locator(".attach-entry.is-bad")).to_be_visible()
    assert look(page) == []
    links = page.locator(".attachment-name").evaluate_all(
        "links => links.map((one) => one.getAttribute('href'))"
    )
    page.locator(".attachment-name").first.click()
    expect(page.locator("dialog.viewer .preview")).to_be_visible()
    assert look(page) == []
    assert look_at(page, [*links, f"{address}/edit"]) == []
