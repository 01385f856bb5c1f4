"""Built front-end files: their hashed names, served once compressed and kept for ever."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, request, send_from_directory, url_for

from portal.kernel.errors import NotFoundError
from portal.web.routing import Cache, Needs, Pages

if TYPE_CHECKING:
    from flask import Flask

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))

pages = Pages("assets", __name__)


@functools.lru_cache(maxsize=1)
def manifest() -> dict[str, str]:
    """Names in the sources to names in the build; empty when the front end was never built."""
    path = DIST / "manifest.json"
    found: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return {name: Path(target).name for name, target in found.items()}


@functools.lru_cache(maxsize=256)
def _built(name: str) -> str:
    return manifest().get(name, name)


def asset(name: str) -> str:
    """Address of a built file, e.g. `app.css`."""
    return url_for("assets.built", name=_built(name))


@pages.read("/static/dist/<path:name>", needs=Needs.ANYONE, cache=Cache.FOREVER)
def built(name: str) -> Response:
    """A built file, compressed when the build has done so and the browser takes it."""
    if not (DIST / name).is_file():
        raise NotFoundError
    for encoding, suffix in ENCODINGS:
        if request.accept_encodings[encoding] and (DIST / (name + suffix)).is_file():
            return _encoded(name, suffix, encoding)
    response = send_from_directory(DIST, name, max_age=None)
    del response.headers["Cache-Control"]
    return response


def _encoded(name: str, suffix: str, encoding: str) -> Response:
    response = send_from_directory(DIST, name + suffix, mimetype=_type(name), max_age=None)
    del response.headers["Cache-Control"]
    response.headers["Content-Encoding"] = encoding
    response.vary.add("Accept-Encoding")
    return response


def _type(name: str) -> str:
    known = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml", "json": "application/json"}
    return known.get(name.rsplit(".", 1)[-1], "application/octet-stream")


def install(app: Flask) -> None:
    """Serve the files and let templates name them."""
    app.register_blueprint(pages)
    app.jinja_env.globals["asset"] = asset
