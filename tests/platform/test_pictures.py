"""Uploaded pictures are made anew or refused; nothing else happens."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from portal.kernel.errors import InvalidError
from portal.platform.pictures import LONGEST_SIDE, MAX_BYTES, renew

HOSTILE = Path(__file__).resolve().parents[3] / "shared" / "attack" / "images"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "orange").save(out, kind, **more)
    return out.getvalue()


def test_a_photo_loses_what_it_knows_of_its_place() -> None:
    exif = Image.Exif()
    exif[0x010E] = "客户机密车间"
    exif[0x0112] = 6  # lies on its side
    made = renew(picture(exif=exif))
    assert "客户机密车间".encode() not in made.data
    assert (made.media_type, made.width, made.height) == ("image/jpeg", 40, 60)


def test_a_drawing_stays_exact() -> None:
    made = renew(picture("PNG"))
    assert made.media_type == "image/png"
    with Image.open(io.BytesIO(made.data)) as seen:
        assert seen.convert("RGB").getpixel((5, 5)) == (255, 165, 0)


def test_a_second_file_behind_the_first_is_gone() -> None:
    made = renew(picture("PNG") + b"<script>alert(1)</script>")
    assert b"<script>" not in made.data


def test_a_huge_picture_becomes_smaller() -> None:
    made = renew(picture("JPEG", (5000, 100)))
    assert made.width == LONGEST_SIDE


@pytest.mark.parametrize(
    "data", [b"", b"<svg onload=alert(1)>", b"%PDF-1.7", b"\x89PNG\r\n\x1a\nxx", b"0" * (MAX_BYTES + 1)]
)
def test_what_is_no_picture_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(InvalidError) as refusal:
        renew(data)
    assert str(refusal.value.message)


@pytest.mark.slow
@pytest.mark.skipif(not HOSTILE.exists(), reason="the hostile inputs are not beside the project")
def test_every_hostile_picture_is_taken_or_refused() -> None:
    for path in sorted(HOSTILE.rglob("*")):
        if path.is_file():
            try:
                assert renew(path.read_bytes()).data
            except InvalidError as refusal:
                assert str(refusal.message)
