"""Why a file was not taken, or not read, in sentences; a reason itself is a name that is stored and never changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.kernel.messages import Message, _l
from portal.platform.extraction import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

MEBIBYTE = 1 << 20
TROUBLE = "trouble"
PARTS, CHARACTERS, SECONDS = "parts", "characters", "seconds"

SENTENCES: Mapping[str, Message] = {
    Reason.UNSUPPORTED_TYPE: _l(
        "Files of this kind are not taken. Word, Excel, PowerPoint, PDF, text, Markdown, HTML, CSV, pictures and zip are."
    ),
    Reason.EMPTY: _l("The file is empty."),
    Reason.NO_TEXT: _l("There is no text in it."),
    Reason.TOO_LARGE: _l("Larger than %(limit)s MB: kept, but its text is not searched."),
    Reason.BROKEN: _l("The file is damaged, or its content is not what its name says."),
    Reason.PASSWORD: _l("Protected by a password: kept, but its text is not searched."),
    Reason.ZIP_BOMB: _l("It unpacks to far more than it should; its content was not read."),
    Reason.BAD_PATH: _l("The file could not be found."),
    Reason.NESTED_ARCHIVE: _l("It is an archive within an archive. Unpack it first."),
    Reason.TIMEOUT: _l("Reading it took too long and was stopped; its text is not searched."),
    Reason.MEMORY: _l("Reading it took too much memory and was stopped; its text is not searched."),
    Reason.ENCODING: _l("Its characters could not be made out; its text is not searched."),
    PARTS: _l("Only its first %(done)s of %(total)s pages are searched."),
    CHARACTERS: _l("Only the beginning of its text is searched: it is very long."),
    SECONDS: _l("Only the beginning of its text is searched: reading all of it takes too long."),
    TROUBLE: _l("Its text could not be read; it can still be downloaded."),
}


def sentence(reason: str, details: Mapping[str, object]) -> Message:
    """The sentence about a reason, with its figures."""
    known = SENTENCES.get(reason, SENTENCES[TROUBLE])
    values = dict(details)
    limit = details.get("limit")
    if reason == Reason.TOO_LARGE and isinstance(limit, int):
        values["limit"] = limit // MEBIBYTE
    return Message(known.key, values if "%(" in known.key else {})
