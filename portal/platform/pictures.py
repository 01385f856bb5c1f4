"""Takes uploaded pictures apart and puts them together anew, in a child process with limits.

What comes out holds pixels only: no metadata, no place where the photo was taken, no second file hidden behind the
first. Knows neither who uploads nor where pictures are kept.
"""

from __future__ import annotations

import io
import resource
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from portal.kernel.errors import InvalidError
from portal.kernel.messages import _l
from portal.platform.killable import KillableChild, die_at_once

MAX_BYTES = 20 << 20
MAX_PIXELS = 50_000_000
LONGEST_SIDE = 2400
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
MEMORY_BYTES = 1 << 30
_LIMIT_S = 10.0
_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made anew: its file, its type, its size in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int


def renew(data: bytes, longest: int = LONGEST_SIDE) -> Picture:
    """Make a picture anew, upright, at most `longest` pixels wide or high.

    Raises:
        InvalidError: it is too large, of another type, or broken.
    """
    if len(data) > MAX_BYTES:
        raise InvalidError(_l("A picture has at most %(n)s MB.", n=MAX_BYTES >> 20))
    try:
        return _child.run(_renew, data, longest)
    except Exception as error:  # whatever a hostile file provokes in a decoder, it ends as a refusal
        sentence = _l(
            "This picture cannot be read. Take a JPEG, PNG, GIF or WebP file of at most 50 megapixels."
        )
        raise InvalidError(sentence) from error


def _renew(data: bytes, longest: int = LONGEST_SIDE) -> Picture:
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise ValueError("too many pixels")
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((longest, longest))
        # A photo stays small as JPEG; what may be transparent or drawn stays exact as PNG.
        photo = opened.format == "JPEG"
        target = upright.convert("RGB" if photo else "RGBA")
    out = io.BytesIO()
    target.save(out, "JPEG" if photo else "PNG", quality=85, optimize=True)
    return Picture(out.getvalue(), "image/jpeg" if photo else "image/png", target.width, target.height)


def _prepare() -> None:
    die_at_once()
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    for kind, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(kind, (value, value))


_child = KillableChild(_prepare, limit_s=_LIMIT_S, patience_s=_PATIENCE_S, jobs_per_child=200)
