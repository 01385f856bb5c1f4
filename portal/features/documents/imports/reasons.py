"""Why a file was not imported, in sentences; a reason itself is a name that is stored and never changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.kernel.messages import Message, _l
from portal.platform.extraction import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

AS_DRAFT = "as_draft"
DUPLICATE = "duplicate"
EDITED = "edited"
FORBIDDEN = "forbidden"
REVIEWED = "reviewed"
TOO_LONG = "too_long"
TROUBLE = "trouble"

SENTENCES: Mapping[str, Message] = {
    Reason.UNSUPPORTED_TYPE: _l(
        "This kind of file cannot be read. Text, Markdown, HTML, Word (docx) and PDF can."
    ),
    Reason.EMPTY: _l("The file is empty."),
    Reason.NO_TEXT: _l("The file holds no text; a scan must be turned into text first."),
    Reason.TOO_LARGE: _l("The file is too large: %(size)s MB, at most %(limit)s MB are read."),
    Reason.BROKEN: _l("The file is damaged and cannot be opened."),
    Reason.PASSWORD: _l("The file is protected by a password. Save it without one."),
    Reason.ZIP_BOMB: _l("The archive unpacks to far more than it should and was refused as a whole."),
    Reason.BAD_PATH: _l(
        "There is no such file, or its name leads out of its folder, or it is no ordinary file."
    ),
    Reason.NESTED_ARCHIVE: _l("It is an archive within an archive. Unpack it first."),
    Reason.TIMEOUT: _l("Reading the file took too long and was stopped."),
    Reason.MEMORY: _l("Reading the file took too much memory and was stopped."),
    Reason.ENCODING: _l("The characters of the file could not be made out. Save it as UTF-8."),
    AS_DRAFT: _l("Kept as a draft: this space publishes after review. Send it for review when it is ready."),
    REVIEWED: _l("The document is published, and this space changes after review. Suggest the change there."),
    DUPLICATE: _l("The same content is already here as %(other)s."),
    EDITED: _l("The document was changed here since it was imported; your file would undo that."),
    FORBIDDEN: _l("You may not write in this space."),
    TOO_LONG: _l("The text is too long: at most %(limit)s characters fit into a document."),
    TROUBLE: _l("The file could not be stored. Import it again; nothing else was lost."),
}
MEBIBYTE = 1 << 20


def sentence(reason: str, details: Mapping[str, object]) -> Message:
    """The sentence about a reason, with its figures."""
    known = SENTENCES.get(reason, SENTENCES[TROUBLE])
    values = dict(details)
    if reason == Reason.TOO_LARGE:
        values = {name: _megabytes(details.get(name)) for name in ("size", "limit")}
    return Message(known.key, values if "%(" in known.key else {})


def _megabytes(size: object) -> str:
    return f"{size / MEBIBYTE:.0f}" if isinstance(size, int) else "?"
