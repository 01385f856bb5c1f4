"""A document with everything that an export takes along."""

from __future__ import annotations

import dataclasses
import io
from typing import TYPE_CHECKING

from PIL import Image

from portal.content.attachments import services as attaching
from portal.content.attachments import storing
from portal.content.images import services as images
from portal.platform.pictures import Picture
from tests.builders.documents import document
from tests.builders.people import actor_of

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from portal.config import Settings
    from portal.content.spaces.models import Space
    from portal.features.documents.models import Document
    from portal.people.models import User

TITLE = "白炭黑：验货/要点"


@dataclasses.dataclass
class Sent:
    """A file as a browser sends it."""

    filename: str | None
    data: bytes

    def save(self, dst: Path) -> None:
        dst.write_bytes(self.data)


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), (11, 102, 106)).save(out, "PNG")
    return out.getvalue()


def full_document(session: Session, settings: Settings, author: User, space: Space) -> Document:
    """A document with a picture and an attachment."""
    actor = actor_of(session, author)
    picture = images.keep(session, actor, settings.uploads_path, Picture(png(), "image/png", 30, 20))
    made = document(
        session, author, space, TITLE, body=f"## 步骤\n\n![样](/images/{picture.key})", tags=["验货"]
    )
    (taken,) = storing.take_in([Sent("检测 报告.txt", "水分 5%".encode())], settings.uploads_path)
    assert isinstance(taken, storing.Taken)
    attaching.attach(session, actor, made, taken)
    session.flush()
    return made
