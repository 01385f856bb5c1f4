"""Reading files of every kind through the child, hostile ones included."""

from __future__ import annotations

import os
from pathlib import Path

import docx
import pytest

from portal.platform.extraction import Extracted, ExtractionRefused, Reason, read_file
from portal.platform.extraction.readers import read_bytes
from portal.platform.extraction.sandbox import MEMORY_BYTES, _child

SHARED = Path(__file__).parents[4] / "shared"
ATTACK = SHARED / "attack" / "documents"
WITHOUT_TEXT = {"imagemagick", "grayscale-image", "cmyk-image"}
"""Valid PDFs that hold pictures and no letter."""


def outcome(path: Path, name: str = "") -> Extracted | Reason:
    try:
        return read_file(path, name)
    except ExtractionRefused as refused:
        return refused.reason


def outcome_here(path: Path, name: str = "") -> Extracted | Reason:
    """Read a harmless file in this process, where coverage sees it."""
    try:
        return read_bytes(path.read_bytes(), name or path.name)
    except ExtractionRefused as refused:
        return refused.reason


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def collected(pattern: str) -> list[Path]:
    found = sorted(ATTACK.glob(pattern)) if ATTACK.exists() else []
    if not found:
        pytest.skip("the collection of documents is not part of this checkout")
    return found


def test_plain_text(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "拜访记录\n\n　　　　客户需要报价。\n第1页\n下次续(xù)谈。")
    assert outcome_here(path) == outcome(path)
    assert read_file(path) == Extracted("拜访记录", "客户需要报价。\n下次续谈。", "txt")


@pytest.mark.parametrize("codec", ["gb18030", "utf-16", "utf-8-sig"])
def test_plain_text_in_other_encodings(tmp_path: Path, codec: str) -> None:
    path = written(tmp_path, "a.txt", "销售流程\n客户拜访以后要记录。".encode(codec))
    assert outcome(path) == Extracted("销售流程", "客户拜访以后要记录。", "txt")


def test_markdown_keeps_its_marks(tmp_path: Path) -> None:
    path = written(tmp_path, "a.md", "# 标题\n\n- 甲\n    - 乙\n\n## 节\n\n    码\n")
    assert read_file(path) == Extracted("标题", "- 甲\n    - 乙\n\n## 节\n\n    码", "md")


def test_front_matter_gives_the_title(tmp_path: Path) -> None:
    path = written(tmp_path, "a.md", '---\ntitle: "标题"\ntags: [x]\n---\n\n正文')
    assert outcome_here(path) == outcome(path)
    assert read_file(path) == Extracted("标题", "正文", "md")


def test_a_web_page(tmp_path: Path) -> None:
    page = (
        "<!doctype html><html><head><meta charset=gb2312><title>客户管理 - 某网</title><style>x{}</style>"
        "<script>alert(1)</script></head><body><h1>客户管理</h1><p>客户<b>需要</b>报价。</p>"
        "<ul><li>甲</li><li>乙</li></ul><table><tr><th>月</th></tr><tr><td>一</td></tr></table></body></html>"
    )
    path = written(tmp_path, "a.bin", page.encode("gb18030"))
    found = read_file(path)
    assert outcome_here(path) == found
    assert (found.title, found.kind) == ("客户管理", "html")
    assert found.body.startswith("客户**需要**报价。\n\n- 甲\n- 乙\n\n| 月 |")
    assert "alert" not in found.body


def word(folder: Path) -> Path:
    document = docx.Document()
    document.core_properties.title = ""
    document.add_heading("客户拜访流程", 1)
    document.add_paragraph("第一段，*星号*、<b> 与 1. 号。\n# 二行")
    document.add_heading("步骤", 2)
    document.add_paragraph("准备", style="List Bullet")
    document.add_paragraph("资料", style="List Bullet 2")
    document.add_paragraph("拜访", style="List Number")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (*table.rows[0].cells, *table.rows[1].cells), ("姓名", "区域", "张|李", "华\n东"), strict=True
    ):
        cell.text = text
    path = folder / "拜访.docx"
    document.save(str(path))
    return path


def test_a_word_document(tmp_path: Path) -> None:
    path = word(tmp_path)
    assert outcome_here(path) == outcome(path)
    assert read_file(path, "x.txt") == Extracted(
        "客户拜访流程",
        "第一段，\\*星号\\*、<b> 与 1. 号。\n\\# 二行\n\n## 步骤\n\n- 准备\n    - 资料\n1. 拜访\n\n"
        "| 姓名 | 区域 |\n| --- | --- |\n| 张\\|李 | 华 东 |",
        "docx",
    )


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", Reason.EMPTY),
        ("a.txt", b" \n\n", Reason.EMPTY),
        ("a.md", b"---\n", Reason.EMPTY),
        ("a.txt", b"MZ\x90\x00\x03\x00\x00\x00", Reason.UNSUPPORTED_TYPE),
        ("a.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", Reason.UNSUPPORTED_TYPE),
        ("a.md", b"<svg xmlns='http://www.w3.org/2000/svg'/>", Reason.UNSUPPORTED_TYPE),
        ("a.txt", b"{\\rtf1 x}", Reason.UNSUPPORTED_TYPE),
        ("a.docx", b"plain", Reason.BROKEN),
        ("a.docx", b"PK\x03\x04 nothing", Reason.BROKEN),
        ("a.pdf", b"%PDF-1.7 nothing", Reason.BROKEN),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, Reason.UNSUPPORTED_TYPE),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            Reason.PASSWORD,
        ),
        ("a.txt", "饕餮魑魅".encode("gb18030"), Reason.ENCODING),
    ],
)
def test_refusals_have_names(tmp_path: Path, name: str, content: bytes, reason: Reason) -> None:
    path = written(tmp_path, name, content)
    assert outcome(path) is reason
    if content:
        assert outcome_here(path) is reason


def test_folders_devices_and_nothing_are_refused(tmp_path: Path) -> None:
    assert outcome(tmp_path) is Reason.BAD_PATH
    assert outcome(Path("/dev/zero")) is Reason.BAD_PATH
    assert outcome(tmp_path / "nothing") is Reason.BAD_PATH


def test_a_large_file_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as stream:
        os.truncate(stream.fileno(), 300 * 1024 * 1024)
    assert outcome(path) is Reason.TOO_LARGE


def _take_memory() -> int:
    return len(bytearray(MEMORY_BYTES))


def test_the_child_gets_no_more_memory_than_it_may_have() -> None:
    with pytest.raises(MemoryError):
        _child.run(_take_memory)


def _write_file() -> None:
    Path("/dev/shm/portal-probe").write_bytes(b"x")  # noqa: S108 - must fail


def test_the_child_writes_no_files() -> None:
    with pytest.raises(OSError, match="File too large"):
        _child.run(_write_file)


def test_the_five_seeds_get_their_titles() -> None:
    paths = sorted((SHARED / "seeds").glob("0*.txt"))
    if not paths:
        pytest.skip("the seed documents are not part of this checkout")
    found = [read_file(path) for path in paths]
    named = ["大客户营销流程", "知识平台", "精细化管理", "營銷運營體系報告", "六次触达"]
    for one, name, path in zip(found, named, paths, strict=True):
        assert name in one.title
        assert one.title in path.read_text(encoding="utf-8")
    assert all("(xù)" not in one.body and "人人文庫" not in one.body for one in found)
    assert [len(one.body) // 1_000 for one in found] == [2, 7, 2, 14, 14]


@pytest.mark.slow
def test_valid_pdfs_give_their_text() -> None:
    for path in collected("pdf_valid/*"):
        found = outcome(path)
        if "password" in path.name:
            assert found is Reason.PASSWORD
        elif any(part in path.name for part in WITHOUT_TEXT):
            assert found is Reason.NO_TEXT, path.name
        else:
            assert isinstance(found, Extracted), (path.name, found)
            assert found.title, path.name
            assert outcome_here(path) == found


@pytest.mark.slow
@pytest.mark.parametrize("pattern", ["pdf_malformed/*", "ooxml/*", "generated/*"])
def test_damaged_documents_end_in_a_final_state(pattern: str) -> None:
    for path in collected(pattern):
        found = outcome(path)
        assert found is not Reason.TIMEOUT, path.name
    assert isinstance(outcome(collected("pdf_valid/001*")[0]), Extracted)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("docx_bomb_512MiB.docx", Reason.ZIP_BOMB), ("docx_billion_laughs.docx", Reason.BROKEN)],
)
def test_bombs_are_refused(name: str, reason: Reason) -> None:
    assert outcome(collected(f"generated/{name}")[0]) is reason


def test_entities_of_a_document_read_no_files() -> None:
    found = outcome(collected("generated/docx_xxe_file.docx")[0])
    assert isinstance(found, Reason) or "root:" not in found.body


def test_numbered_paragraphs_of_a_word_document_are_a_list(tmp_path: Path) -> None:
    document = docx.Document()
    for number, text in ((5, "点"), (0, "段")):
        paragraph = document.add_paragraph(text)
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = number
        properties.get_or_add_ilvl().val = 0
    document.save(str(tmp_path / "a.docx"))
    found = outcome_here(tmp_path / "a.docx", "客户名单.docx")
    assert isinstance(found, Extracted)
    assert found.body.splitlines()[0].endswith(" 点")
    assert found.body.splitlines()[-1] == "段"


def test_a_title_of_the_properties_is_believed_unless_a_program_set_it(tmp_path: Path) -> None:
    for given, expected in (("年度计划", "年度计划"), ("Microsoft Word - 1.doc", "正题")):
        document = docx.Document()
        document.core_properties.title = given
        document.add_heading("正题", 1)
        document.add_paragraph("文")
        document.save(str(tmp_path / "a.docx"))
        found = outcome_here(tmp_path / "a.docx")
        assert isinstance(found, Extracted)
        assert found.title == expected
