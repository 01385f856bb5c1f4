"""Hostile and odd files, attached one and all: taken or refused in a sentence, read to a final state, served inert."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content.attachments import reading
from portal.content.attachments.models import EMPTY, FAILED, PARTLY, READ, Attachment, AttachmentFile
from portal.content.attachments.storing import Refused, Taken, folder, take_in
from portal.platform.extraction import Format
from tests import builders
from tests.builders import attachments as files

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.factory import Portal
    from tests.builders.browser import Browser

ATTACK = Path(__file__).parents[4] / "shared" / "attack"
FINAL = {READ, PARTLY, EMPTY, FAILED}


def collected(pattern: str) -> list[Path]:
    found = sorted(path for path in ATTACK.glob(pattern) if path.is_file()) if ATTACK.exists() else []
    if not found:
        pytest.skip("the collection of hostile files is not part of this checkout")
    return found


def taken_in(portal: Portal, paths: list[Path]) -> tuple[list[Taken], list[Refused]]:
    """What becomes of files at the door; every refusal says why."""
    sent = [files.Sent(path.name, path.read_bytes()) for path in paths]
    found = take_in(sent, portal.settings.uploads_path)
    refused = [file for file in found if isinstance(file, Refused)]
    assert all(str(file.sentence).endswith(".") for file in refused)
    return [file for file in found if isinstance(file, Taken)], refused


@pytest.mark.slow
@pytest.mark.parametrize(
    "pattern",
    ["documents/pdf_malformed/*", "documents/ooxml/*", "documents/generated/*", "csv/*", "archives/**/*"],
)
def test_every_file_is_refused_or_read_to_a_final_state(portal: Portal, pattern: str) -> None:
    taken, _refused = taken_in(portal, collected(pattern))
    for file in taken:
        if file.form in {Format.ZIP, Format.SVG, Format.PICTURE}:
            continue  # kept as they are, never opened
        found = reading.read(folder(portal.settings.uploads_path) / file.kept.key, file.form)
        assert found.state in FINAL, file.kept.name
        assert "root:" not in found.text


@pytest.mark.slow
def test_pictures_are_refused_by_what_they_declare(portal: Portal) -> None:
    taken, refused = taken_in(portal, collected("images/*"))
    names = {file.name for file in refused}
    assert {"generated_png_pixel_flood_50000x50000.png", "generated_png_header_only_65535.png"} <= names
    assert {file.form for file in taken} <= {Format.PICTURE}


@pytest.mark.slow
def test_valid_pdfs_are_found_by_their_text(portal: Portal, client: Browser, session: Session) -> None:
    author = builders.person(session, "liming")
    document = builders.document(session, author, builders.space(session))
    paths = collected("documents/pdf_valid/*")
    for path in paths:
        files.attachment(portal, session, author, document, path.name, path.read_bytes())
    session.commit()
    assert files.read_all(portal) == len(paths)
    session.expire_all()
    rows = session.execute(
        select(Attachment, AttachmentFile).join(AttachmentFile, AttachmentFile.attachment_id == Attachment.id)
    ).all()
    states = {file.name: file.state for _attachment, file in rows}
    assert set(states.values()) <= {READ, EMPTY, FAILED}
    assert [name for name, state in states.items() if state == FAILED] == [
        "005-libreoffice-writer-password_libreoffice-writer-password.pdf"
    ]
    client.sign_in("liming")
    for attachment, file in rows:
        if file.state != READ:
            continue
        words = [word for word in attachment.body.split() if word.isalnum() and len(word) > 2]
        query = " ".join(words[:4]) or attachment.body.split()[0]
        page = client.get("/search", query_string={"q": f"kind:attachment {query}"}).text
        assert f"/attachments/{attachment.id}" in page, (file.name, query)


@pytest.mark.slow
def test_what_a_browser_could_run_is_handed_out_inert(client: Browser, session: Session) -> None:
    builders.person(session, "liming")
    client.sign_in("liming").application.config["RATES"]["upload"] = "1000 per minute"
    served = 0
    for path in [*collected("svg/**/*"), *collected("upload/**/*")]:
        sent = {"files": [(io.BytesIO(path.read_bytes()), path.name)]}
        answer = client.post(
            "/attachments",
            data=sent,
            content_type="multipart/form-data",
            headers={"Accept": "application/json"},
        )
        assert answer.status_code in {200, 422}, path.name
        (told,) = answer.get_json()["files"]
        assert told.get("error", "。").endswith("。"), path.name
        if "error" not in told:
            served += 1
            _assert_inert(client, f"{told['url']}/files/1")
    assert served > 40


def _assert_inert(client: Browser, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.mimetype not in {
        "text/html",
        "image/svg+xml",
        "text/xml",
        "text/javascript",
        "application/xml",
    }
