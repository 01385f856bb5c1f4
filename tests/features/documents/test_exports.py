"""Taking documents out, one by one and as a whole space, and bringing a space in again."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING
from urllib.parse import quote

import docx
import pytest

from portal.features.documents.exports import markdown, paper, press
from portal.features.documents.exports import word as word_files
from portal.features.documents.exports.copies import copy, file_name
from portal.features.documents.exports.paper import Sheet
from portal.kernel.errors import NotFoundError, UnavailableError
from portal.kernel.markup import render
from tests import builders
from tests.builders.exports import TITLE, full_document

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.config import Settings
    from portal.content.spaces.models import Space
    from portal.people.models import User
    from tests.builders.browser import Browser


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def space(session: Session, author: User) -> Space:
    return builders.space(session, editors=[author])


def test_markdown_carries_its_properties_and_no_title_breaks_them(
    session: Session, settings: Settings, author: User, space: Space
) -> None:
    title = 'a: "b"\n---\nstate: x'
    document = builders.document(session, author, space, title, body="---\n正文")
    taken = copy(session, builders.actor_of(session, author), document.id, settings.uploads_path)
    text = markdown.text(taken)
    head = dict(line.split(": ", 1) for line in text.split("---\n")[1].splitlines())
    assert json.loads(head["title"]) == title
    assert json.loads(head["state"]) == "published"
    assert markdown.without_head(text) == "---\n正文"


def test_markdown_with_pictures_and_attachments_is_an_archive(
    session: Session, settings: Settings, author: User, space: Space
) -> None:
    document = full_document(session, settings, author, space)
    taken = copy(session, builders.actor_of(session, author), document.id, settings.uploads_path)
    with zipfile.ZipFile(io.BytesIO(markdown.archive(taken) or b"")) as package:
        names = package.namelist()
        text = package.read(names[0]).decode()
    assert names[0] == "白炭黑：验货 要点.md"
    assert f"![样]({names[1]})" in text
    assert names[2].endswith("/检测 报告.txt")


@pytest.mark.parametrize(
    ("title", "expected"),
    [("a/b\\c", "a b c.md"), ("..", "document.md"), ("CON", "_CON.md"), ("长" * 200, "长" * 40 + ".md")],
)
def test_names_of_files_are_names_everywhere(title: str, expected: str) -> None:
    assert file_name(title, "md") == expected


def test_only_who_may_read_takes_along(client: Browser, session: Session, author: User, space: Space) -> None:
    document = builders.document(session, author, space, TITLE, state="draft")
    number = document.id
    builders.person(session, "wangfang", "王芳")
    client.sign_in("wangfang")
    for ending in ("md", "pdf", "docx"):
        assert client.get(f"/documents/{number}/export.{ending}").status_code == 404
    client.sign_in(author.username)
    answer = client.get(f"/documents/{number}/export.md")
    assert quote("白炭黑：验货 要点.md", safe="") in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.slow
def test_pdf_and_word_hold_text_and_pictures(
    client: Browser, session: Session, settings: Settings, author: User, space: Space
) -> None:
    number = full_document(session, settings, author, space).id
    client.sign_in(author.username)
    pdf = client.get(f"/documents/{number}/export.pdf")
    assert pdf.status_code == 200, pdf.text
    assert pdf.data.startswith(b"%PDF")
    assert b"/Image" in pdf.data
    word = docx.Document(io.BytesIO(client.get(f"/documents/{number}/export.docx").data))
    assert word.paragraphs[0].text == TITLE
    assert len(word.inline_shapes) == 1
    press.stop()


def test_word_keeps_structure_and_names_a_chinese_font() -> None:
    text = "## 一\n\n1. 甲\n2. 乙\n\n段**粗**[链](https://example.com)\n\n1. 丙\n\n| 项 | 值 |\n| --- | --- |\n| 水 | 5 |\n"
    sheet = Sheet("题", ("李明",), render(text).html, "zh-CN", "http://portal.test/")
    made = word_files.make(sheet, {})
    word = docx.Document(io.BytesIO(made))
    styles = [(paragraph.style.name, paragraph.text) for paragraph in word.paragraphs if paragraph.style]
    assert ("Heading 1", "一") in styles
    assert [text for style, text in styles if style == "List Number"] == ["甲", "乙", "丙"]
    assert word.tables[0].cell(1, 1).text == "5"
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        assert "微软雅黑" in package.read("word/styles.xml").decode()
        assert package.read("word/numbering.xml").decode().count("startOverride") >= 2
        assert "https://example.com" in package.read("word/_rels/document.xml.rels").decode()


def test_a_document_on_paper_fetches_nothing_and_escapes_its_title() -> None:
    sheet = Sheet(
        "<b>", ("<i>",), '<a href="/documents/1">x</a><input type="checkbox" checked>', "en", "http://p.test/"
    )
    page = paper.page(sheet)
    assert "<h1>&lt;b&gt;</h1><p>&lt;i&gt;</p>" in page
    assert 'href="http://p.test/documents/1"' in page
    assert "☑" in page


def test_a_missing_library_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "find_spec", lambda _name: None)
    with pytest.raises(UnavailableError):
        press.pdf(Sheet("", (), "", "en", ""), {})


def test_what_is_gone_is_left_out_of_a_copy(
    session: Session, settings: Settings, author: User, space: Space
) -> None:
    del space, author
    with pytest.raises(NotFoundError):
        copy(session, builders.actor_of(session, "liming"), 99, settings.uploads_path)
