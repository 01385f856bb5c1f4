"""What reading an untrusted file can end in: a text, or a refusal with a reason that has a name.

It knows no sentences; whoever shows a refusal finds the words for it by its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["txt", "md", "html", "docx", "pdf"]
Details: TypeAlias = dict[str, str | int]


class Reason(StrEnum):
    """Why a file was not taken. The values are stored and translated: they never change."""

    UNSUPPORTED_TYPE = "unsupported_type"
    EMPTY = "empty"
    NO_TEXT = "no_text"
    """A document without a single word, as a scan is."""
    TOO_LARGE = "too_large"
    BROKEN = "broken"
    PASSWORD = "password"  # noqa: S105 - the name of a reason
    ZIP_BOMB = "zip_bomb"
    BAD_PATH = "bad_path"
    NESTED_ARCHIVE = "nested_archive"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    ENCODING = "encoding"


class ExtractionRefused(Exception):  # noqa: N818 - a refusal is an answer, not an error of the program
    """A file was not taken.

    Args:
        reason: stable name of the cause.
        details: figures and names for the sentence about it, such as ``limit`` in bytes or the detected ``type``.
    """

    def __init__(self, reason: Reason, details: Details | None = None) -> None:
        super().__init__(reason, details or {})
        self.reason = reason
        self.details: Details = details or {}


@dataclass(frozen=True)
class Extracted:
    """A text that was read from a file: a title without marks, a body in Markdown, and what the file was."""

    title: str
    body: str
    kind: Kind
