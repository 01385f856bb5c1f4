"""What is written about the portal agrees with the portal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.pofile import read_po

from portal.config import Settings
from tests.architecture.sources import ROOT

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

CATALOGUES = ROOT / "portal" / "translations"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_every_setting_is_documented() -> None:
    documented = set(re.findall(r"`(PORTAL_[A-Z_]+)`", (ROOT / "docs/configuration.md").read_text("utf-8")))
    assert documented == {spec.metadata["env"] for spec in Settings.__dataclass_fields__.values()}


def test_both_catalogues_are_complete() -> None:
    for language in ("zh_Hans_CN", "en"):
        catalogue = _catalogue(language)
        missing = [message.id for message in catalogue if message.id and not _translated(message.string)]
        assert missing == [], language
        assert [message.id for message in catalogue if message.fuzzy and message.id] == [], language


def test_both_catalogues_have_the_same_sentences() -> None:
    assert {m.id for m in _catalogue("zh_Hans_CN")} == {m.id for m in _catalogue("en")}


def test_translations_keep_their_placeholders() -> None:
    placeholder = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
    for message in _catalogue("zh_Hans_CN"):
        if isinstance(message.id, str) and message.id:
            assert set(placeholder.findall(message.id)) == set(placeholder.findall(str(message.string))), (
                message.id
            )


def test_every_sentence_of_sources_and_templates_is_in_the_catalogues() -> None:
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in _catalogue("zh_Hans_CN")}
    pattern = re.compile(
        r"""\b(?:_|_l|gettext|lazy_gettext)\(\s*"((?:[^"\\]|\\.)+)"|\b_\(\s*'((?:[^'\\]|\\.)+)'"""
    )
    used: set[str] = set()
    for path in [*(ROOT / "portal").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]:
        if "frontend" in path.parts:
            continue
        for double, single in pattern.findall(path.read_text("utf-8")):
            used.add((double or single).replace('\\"', '"').replace("\\'", "'").replace("\\n", "\n"))
    assert used - known == set()


def test_the_english_interface_holds_no_chinese() -> None:
    """But for the Chinese names of filters, which the English help mentions: `作者:`."""
    filters = re.compile(r"[\u4e00-\u9fff]+:[\u4e00-\u9fff]*")
    texts = [str(message.string) for message in _catalogue("en")]
    assert [text for text in texts if CHINESE.search(filters.sub("", text))] == []


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs/adr").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_readme_begins_with_pictures_that_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)
    assert pictures
    assert [name for name in pictures if not (ROOT / name).exists()] == []
    assert text.index("![") < text.index("make run")


def _catalogue(language: str) -> Catalog:
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _translated(text: object) -> bool:
    return all(text) if isinstance(text, tuple | list) else bool(text)


def test_paths_named_in_the_architecture_exist() -> None:
    named = re.findall(
        r"`((?:portal|tests|docs|platform|content|commands|web|kernel)/[\w./-]+)`", _architecture()
    )
    roots = (ROOT, ROOT / "portal")
    assert [name for name in named if not any((root / name).exists() for root in roots)] == []


def _architecture() -> str:
    return Path(ROOT / "ARCHITECTURE.md").read_text("utf-8")
