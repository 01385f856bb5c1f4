"""Reads the folder of the demo company, its dates moved so that the company lives now."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from portal.config import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = ROOT / "content" / "demo"
FENCE = "+++\n"
WEEK = dt.timedelta(weeks=1)
CLOSING = dt.time(20)


@dataclass(frozen=True, slots=True)
class DemoDocument:
    """One file of the folder; `key` is its path without the ending, e.g. `market/acid-oct`.

    One of `records.toml` was made by a template: `fields` is what was filled in, and its title is empty.
    """

    key: str
    space: str
    title: str
    author: str
    tags: tuple[str, ...]
    audience: tuple[str, ...]
    state: str
    published: dt.datetime
    body: str
    template: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DemoReply:
    """One reply; `number` counts those of its document from 1, `to` is the number of the one it answers."""

    document: str
    number: int
    to: int | None
    author: str
    at: dt.datetime
    body: str


@dataclass(frozen=True, slots=True)
class Company:
    """Everything in the folder, its moments aware. `begin` lies before everything that happened, `end` after it."""

    facts: Mapping[str, Any]
    documents: tuple[DemoDocument, ...]
    replies: tuple[DemoReply, ...]
    end: dt.datetime
    begin: dt.datetime = field(init=False)

    def __post_init__(self) -> None:
        first = min(document.published for document in self.documents)
        object.__setattr__(self, "begin", first - 4 * WEEK)


def read(today: dt.date, zone: ZoneInfo, folder: Path = FOLDER) -> Company:
    """Read the folder.

    Args:
        today: the day on which it is looked at; the company's last day falls into the seven days before it.
        zone: time zone of the company's dates.
        folder: where it lies.
    """
    facts = tomllib.loads((folder / "company.toml").read_text("utf-8"))
    moved = shift(facts["reference_date"], today)
    clock = _Clock(moved, zone)
    documents = [_document(path, clock) for path in sorted((folder / "documents").glob("*/*.md"))]
    documents += _records(folder / "records.toml", clock)
    replies = [
        reply for path in sorted((folder / "replies").glob("*.toml")) for reply in _replies(path, clock)
    ]
    end = clock(dt.datetime.combine(facts["reference_date"], CLOSING))
    return Company(facts, tuple(documents), tuple(replies), end)


def shift(reference: dt.date, today: dt.date) -> dt.timedelta:
    """Whole weeks by which dates move, so that `reference` becomes one of the seven days before `today`."""
    return (today - dt.timedelta(days=1) - reference) // WEEK * WEEK


@dataclass(frozen=True, slots=True)
class _Clock:
    moved: dt.timedelta
    zone: ZoneInfo

    def __call__(self, written: dt.datetime) -> dt.datetime:
        return (written + self.moved).replace(tzinfo=self.zone).astimezone(dt.UTC)


def _document(path: Path, clock: _Clock) -> DemoDocument:
    _, head, body = path.read_text("utf-8").split(FENCE, 2)
    facts = tomllib.loads(head)
    return DemoDocument(
        key=f"{path.parent.name}/{path.stem}",
        space=path.parent.name,
        title=facts["title"],
        author=facts["author"],
        tags=tuple(facts["tags"]),
        audience=tuple(facts.get("audience", ())),
        state=facts["state"],
        published=clock(facts["published"]),
        body=body.strip() + "\n",
    )


def _records(path: Path, clock: _Clock) -> Iterator[DemoDocument]:
    """The documents that were made by templates."""
    for facts in tomllib.loads(path.read_text("utf-8"))["record"]:
        yield DemoDocument(
            key=f"{facts['space']}/{facts['name']}",
            space=facts["space"],
            title="",
            author=facts["author"],
            tags=tuple(facts["tags"]),
            audience=(),
            state=facts["state"],
            published=clock(facts["published"]),
            body=facts["body"].strip() + "\n",
            template=facts["template"],
            fields=_typed(facts["fields"], clock),
        )


def _typed(value: Any, clock: _Clock) -> Any:  # noqa: ANN401 - what stands in the file
    """Values as people type them; dates move with everything else."""
    if isinstance(value, dict):
        return {name: _typed(each, clock) for name, each in value.items()}
    if isinstance(value, list):
        return [_typed(each, clock) for each in value]
    return (value + clock.moved).isoformat() if isinstance(value, dt.date) else str(value)


def _replies(path: Path, clock: _Clock) -> Iterator[DemoReply]:
    """The replies in one space; its file is named like the folder of its documents."""
    numbers: Counter[str] = Counter()
    for row in tomllib.loads(path.read_text("utf-8"))["reply"]:
        document = f"{path.stem}/{row['document']}"
        numbers[document] += 1
        yield DemoReply(
            document=document,
            number=numbers[document],
            to=row.get("to"),
            author=row["author"],
            at=clock(row["at"]),
            body=row["body"].strip() + "\n",
        )
