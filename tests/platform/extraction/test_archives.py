"""Hostile zips: nothing outside, nothing half taken, nothing endless."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path

import pytest

from portal.platform.extraction.archives import Limits, unpack
from portal.platform.extraction.files import Source, walk
from portal.platform.extraction.results import ExtractionRefused, Reason

ATTACK = Path(__file__).parents[4] / "shared" / "attack" / "archives"


def zipped(path: Path, entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as package:
        for name, content in entries.items():
            package.writestr(zipfile.ZipInfo(name) if compression == zipfile.ZIP_STORED else name, content)
    return path


def found(path: Path, **limits: int) -> list[tuple[str, str]]:
    return [(source.name, _outcome(source)) for source in walk([path], **limits)]


def _outcome(source: Source) -> str:
    if source.refusal:
        return source.refusal.reason.value
    assert source.path is not None
    return source.path.read_text(encoding="utf-8")


def test_files_are_taken_under_the_name_of_the_archive(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "资料.zip", {"甲/乙.md": b"# x", "丙.txt": b"y"})
    assert found(archive) == [("资料.zip/甲/乙.md", "# x"), ("资料.zip/丙.txt", "y")]


@pytest.mark.parametrize(
    "name",
    [
        "../x.md",
        "a/../../x.md",
        "/x.md",
        "C:/x.md",
        "C:\\x.md",
        "..\\x.md",
        "a/..",
        "\\\\host\\x.md",
        "~/x.md",
        "a\nb.md",
        "．．／x.md",
        "x.md:ads",
    ],
)
def test_unsafe_names_are_refused_and_the_rest_is_taken(tmp_path: Path, name: str) -> None:
    archive = zipped(tmp_path / "a.zip", {name: b"canary", "ok.md": b"ok"})
    outcomes = [outcome for _, outcome in found(archive)]
    assert outcomes == ["bad_path", "ok"]


def test_links_and_what_lies_behind_them_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as package:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        package.writestr(link, "/etc")
        package.writestr("link/x.md", "canary")
    assert [outcome for _, outcome in found(path)] == ["bad_path", "bad_path"]


def test_hidden_files_are_left_out(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {".git/x": b"x", "__MACOSX/._a.md": b"x", "a.md": b"a"})
    assert found(archive) == [("a.zip/a.md", "a")]


def test_names_of_chinese_windows_are_read(tmp_path: Path) -> None:
    raw = "客户资料/拜访记录.md".encode("gb18030")
    archive = zipped(tmp_path / "a.zip", {"x" * len(raw): b"ok"})
    archive.write_bytes(archive.read_bytes().replace(b"x" * len(raw), raw))
    assert found(archive) == [("a.zip/客户资料/拜访记录.md", "ok")]


def test_archives_inside_archives_are_refused(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "b.zip", {"a.md": b"a"}).read_bytes()
    archive = zipped(tmp_path / "a.zip", {"b.zip": inner, "c.md": inner})
    assert [outcome for _, outcome in found(archive)] == ["nested_archive", "nested_archive"]


@pytest.mark.parametrize(
    ("entries", "limits"),
    [
        ({f"{number}.md": b"x" for number in range(11)}, Limits(entries=10)),
        ({"a.md": b"x" * 2_000, "b.md": b"y" * 2_000}, Limits(total_bytes=3_000)),
        ({"a.md": b"a", "b.md": b"\x00" * 20_000_000}, Limits()),
    ],
)
def test_a_bomb_is_refused_whole(tmp_path: Path, entries: dict[str, bytes], limits: Limits) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(ExtractionRefused) as refused:
        unpack(zipped(tmp_path / "a.zip", entries), folder, limits)
    assert refused.value.reason is Reason.ZIP_BOMB
    assert list(folder.iterdir()) == []


def test_an_entry_that_is_larger_than_it_says_is_never_unpacked(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"a.md": b"x" * 100_000})
    data = archive.read_bytes().replace(struct.pack("<L", 100_000), struct.pack("<L", 10))
    archive.write_bytes(data)
    assert found(archive) == [("a.zip/a.md", "broken")]


def test_a_file_too_large_is_refused_by_itself(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"a.md": b"x" * 2_000, "b.md": b"b"})
    assert found(archive, max_bytes=1_000) == [("a.zip/a.md", "too_large"), ("a.zip/b.md", "b")]


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", {"a.md": b"a"})
    archive.write_bytes(archive.read_bytes()[:-30])
    assert found(archive) == [("a.zip", "broken")]


def collected() -> list[Path]:
    return sorted(ATTACK.glob("*/*")) if ATTACK.exists() else []


@pytest.mark.skipif(not collected(), reason="the collection of archives is not part of this checkout")
def test_every_hostile_archive_is_refused_or_taken() -> None:
    for path in collected():
        sources = list(walk([path]))
        assert sources, path.name
        for source in sources:
            assert source.refusal or ".." not in source.name.split("/"), source.name
        if path.name.startswith("bomb_"):
            assert all(source.refusal for source in sources), path.name
    assert not Path("/tmp/zs_canary.md").exists()  # noqa: S108 - where the archives aim at
