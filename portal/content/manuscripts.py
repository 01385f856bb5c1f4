"""Text on its way into an item: cleaned and rendered before any transaction begins.

Rendering may take up to its two-second limit; done here, it never holds the database's write lock.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from portal.kernel.markup import Rendered, summary
from portal.kernel.typed import line
from portal.platform.items import SUMMARY_LENGTH, TITLE_LENGTH
from portal.platform.rendering import render_safely

if TYPE_CHECKING:
    from collections.abc import Iterable


MAX_TAGS = 12
TAG_LENGTH = 40
BODY_LENGTH = 2_000_000


@dataclass(frozen=True, slots=True)
class Manuscript:
    """What a person wants an item to say.

    Args:
        title: one line, at most `TITLE_LENGTH` characters.
        body: Markdown, byte for byte as typed but for line ends and NULs.
        tags: at most `MAX_TAGS`, without duplicates by `fold_tag`.
        note: why it was changed.
        summary: plain text for lists.
        rendered: the body as safe HTML.
        submission: name of the form it came from, empty when there was none.
        data: JSON values that the item's kind keeps with each revision.
        is_material: whether those who must know the item have to read it again.
    """

    title: str
    body: str
    tags: tuple[str, ...]
    note: str
    summary: str
    rendered: Rendered
    submission: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    is_material: bool = False


def prepare(
    title: str, body: str, tags: Iterable[str] = (), note: str = "", submission: str = ""
) -> Manuscript:
    """Clean and render what was typed."""
    body = clean_body(body)
    return Manuscript(
        title=line(title)[:TITLE_LENGTH],
        body=body,
        tags=clean_tags(tags),
        note=line(note)[:200],
        summary=summary(body, SUMMARY_LENGTH - 10)[:SUMMARY_LENGTH],
        rendered=render_safely(body),
        submission=line(submission)[:40],
    )


def clean_body(text: str) -> str:
    r"""Line ends as `\n`; NUL, which PostgreSQL cannot store, and lone surrogates go."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return text.encode("utf-8", "ignore").decode("utf-8")[:BODY_LENGTH]


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags in the order given, each once."""
    found: dict[str, str] = {}
    for tag in tags:
        name = line(tag).lstrip("#＃")[:TAG_LENGTH].strip()
        if name:
            found.setdefault(fold_tag(name), name)
    return tuple(found.values())[:MAX_TAGS]


def fold_tag(name: str) -> str:
    """The form under which two spellings are the same tag: width and case do not count."""
    return unicodedata.normalize("NFKC", name).casefold()[:TAG_LENGTH]
