"""Files are brought in on the page; a bad one among them stops nothing."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from docx import Document
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.steps import TECHNIQUES, fresh, search_until_found

if TYPE_CHECKING:
    from tests.browser.visiting import Visitors


def test_txt_docx_and_zip_are_imported_with_a_bad_file_among_them(visit: Visitors) -> None:
    page = visit("lina")
    name = fresh("导入样例")
    files = [
        _file(f"{name}甲.txt", f"{name}甲\n\n华东客户的试样记录。".encode("gb18030")),
        _file(f"{name}乙.docx", _docx(f"{name}乙", "塑料袋破损的处理。")),
        _file(f"{name}丙.docx", b"PK\x03\x04 broken"),
        _file(
            f"{name}.zip",
            _zip({f"{name}丁.md": f"# {name}丁\n\n压缩包里的一篇。", "../escape.txt": "离开文件夹的一篇。"}),
        ),
    ]
    page.goto("/spaces/techniques")
    page.get_by_role("link", name="导入").click()
    _upload(page, files)
    # The page follows the work by itself to the end.
    expect(page.get_by_text("已完成")).to_be_visible()
    rows = page.locator("tbody tr")
    for title in ("甲", "乙", "丁"):
        expect(rows.filter(has_text=f"{name}{title}")).to_contain_text("已导入")
    expect(rows.filter(has_text=f"{name}丙.docx")).to_contain_text("文件已损坏，无法打开。")
    expect(rows.filter(has_text="escape.txt")).to_contain_text("未导入")
    rows.filter(has_text=f"{name}甲").get_by_role("link").click()
    expect(page.locator(".prose")).to_contain_text("华东客户的试样记录。")
    search_until_found(page, f'"{name}乙"', text=f"{name}乙")
    # The same file again makes no second document.
    page.goto("/imports/new")
    page.get_by_label("空间", exact=True).select_option(label=TECHNIQUES)
    _upload(page, files[:1])
    expect(page.get_by_text("已完成")).to_be_visible()
    search_until_found(page, f'"{name}甲"', text=f"{name}甲")
    expect(page.locator("[data-row]")).to_have_count(1)


def test_an_upload_without_a_file_says_so(visit: Visitors) -> None:
    page = visit("lina")
    page.goto("/imports/new")
    page.get_by_role("button", name="上传").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("请至少选择一个文件。")
    expect(page.locator("[data-error-summary]")).to_be_focused()


def test_files_dropped_on_the_page_are_listed(visit: Visitors) -> None:
    page = visit("lina")
    page.goto("/imports/new")
    page.locator("[data-drop]").evaluate(
        """zone => {
            const held = new DataTransfer();
            held.items.add(new File(["一"], "拖入.txt", { type: "text/plain" }));
            zone.dispatchEvent(new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator("[data-files] li")).to_contain_text("拖入.txt")


def _upload(page: Page, files: list[FilePayload]) -> None:
    page.locator("input[type=file]").set_input_files(files)
    expect(page.locator("[data-files] li")).to_have_count(len(files))
    page.get_by_role("button", name="上传").click()


def _file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def _docx(title: str, text: str) -> bytes:
    document, written = Document(), io.BytesIO()
    document.add_heading(title, 1)
    document.add_paragraph(text)
    document.save(written)
    return written.getvalue()


def _zip(texts: dict[str, str]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
    return written.getvalue()
