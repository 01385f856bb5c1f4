"""Files to attach: small ones written here, and attaching them as their owners would."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import openpyxl
from PIL import Image

from portal.commands.worker import handlers
from portal.content.attachments import services, storing
from portal.platform import jobs
from tests.builders.people import actor_of

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from portal.content.attachments.models import Attachment
    from portal.content.attachments.storing import Taken
    from portal.factory import Portal
    from portal.people.models import User
    from portal.platform.items import Item

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
SHOW = "http://schemas.openxmlformats.org/presentationml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


@dataclass
class Sent:
    """A file as a form brings it."""

    filename: str | None
    content: bytes

    def save(self, dst: Path) -> None:
        dst.write_bytes(self.content)


def pdf(*pages: str) -> bytes:
    """A PDF with a line of Latin text on each page."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * place} 0 R" for place in range(count))
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for place, text in enumerate(pages):
        drawn = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET"
        font = "/Resources << /Font << /F1 3 0 R >> >>"
        parts.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {font} /Contents {5 + 2 * place} 0 R >>"
        )
        parts.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    out, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer << /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return f"{out}xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}{trailer}".encode("latin-1")


def workbook(**sheets: list[list[Any]]) -> bytes:
    """A workbook with sheets of these names and rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def presentation(*slides: str) -> bytes:
    """As little of a presentation as makes one, with a line of text on each slide."""
    numbers = range(1, len(slides) + 1)
    listed = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in numbers)
    targets = "".join(f'<Relationship Id="rId{n}" Type="x" Target="slides/slide{n}.xml"/>' for n in numbers)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        head = f'xmlns:p="{SHOW}" xmlns:a="{DRAWING}" xmlns:r="{RELATIONS}"'
        package.writestr(
            "ppt/presentation.xml",
            f"<p:presentation {head}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
        )
        package.writestr(
            "ppt/_rels/presentation.xml.rels", f'<Relationships xmlns="{PACKAGE}">{targets}</Relationships>'
        )
        for n, text in zip(numbers, slides, strict=True):
            said = f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>"
            package.writestr(f"ppt/slides/slide{n}.xml", f"<p:sld {head}>{said}</p:sld>")
    return out.getvalue()


def photo(width: int = 40, height: int = 30) -> bytes:
    """A JPEG that says where it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "taken at the customer's"
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 80, 40)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def taken(portal: Portal, name: str, content: bytes) -> Taken:
    """A file that was taken in."""
    (found,) = storing.take_in([Sent(name, content)], portal.settings.uploads_path)
    assert isinstance(found, storing.Taken), str(found.sentence)
    return found


def attachment(
    portal: Portal, session: Session, user: User, holder: Item, name: str = "报价.txt", content: bytes = b""
) -> Attachment:
    """A file attached to an item, not yet read."""
    file = taken(portal, name, content or "年框报价，含税送到。".encode())
    return services.attach(session, actor_of(session, user), holder, file).attachment


def read_all(portal: Portal) -> int:
    """Let the worker do what waits, and follow with the index; how many jobs there were."""
    done = 0
    while jobs.run_next(portal.sessions, handlers(portal, lambda: False)):
        done += 1
    portal.follower.catch_up()
    return done
