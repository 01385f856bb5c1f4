"""Finding the files to import."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from portal.platform.extraction import Reason, walk

if TYPE_CHECKING:
    from pathlib import Path


def names(*paths: Path) -> list[str]:
    return [source.name for source in walk(paths)]


def written(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_folders_are_walked_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.md", "a/c.md", ".git/x", ".hidden", "c/.x/y.md"):
        written(tmp_path / name)
    assert names(tmp_path) == ["b.md", "a/c.md", "a/z.md"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    written(tmp_path / "in" / "a.md")
    written(tmp_path / "secret.md")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "out.md").symlink_to(tmp_path / "secret.md")
    assert names(tmp_path / "in") == ["a.md"]


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    large = tmp_path / "a.txt"
    with large.open("wb") as stream:
        os.truncate(stream.fileno(), 300 * 1024 * 1024)
    (source,) = walk([large])
    assert source.refusal is not None
    assert source.refusal.reason is Reason.TOO_LARGE
    assert source.refusal.details == {"size": 300 * 1024 * 1024, "limit": 50 * 1024 * 1024}


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    (source,) = walk([tmp_path / "nothing"])
    assert source.refusal is not None
    assert source.refusal.reason is Reason.BAD_PATH


def test_a_word_file_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04rest")
    assert names(tmp_path) == ["a.docx"]
