"""Engines side by side: `python -m tests.bench.engines --items 2000 --items 20000`.

Ours, SQLite's FTS5 and Tantivy get the same terms of the same paragraphs, the
same access tokens and the same questions, in one run.  The paragraphs are those
of the judged articles; space, region, author, tags and dates are drawn from a
fixed seed.  Times are milliseconds of one client.
"""

# ruff: noqa: S311 - drawn from fixed seeds, so that runs compare.

from __future__ import annotations

import argparse
import gzip
import json
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import tantivy
from rich.console import Console
from rich.table import Table

from portal.platform.search.analysis import asked, positions
from portal.platform.search.engine import Entry, Put, Request
from portal.platform.search.engines.whoosh import WhooshEngine
from portal.platform.search.ranking import MAX_SCORED_TERMS
from portal.platform.search.syntax import parse

COLLECTION = Path(__file__).parents[3] / "shared" / "eval"
ACTOR = frozenset({"all", "dept:3", "post:rep", "user:9", "space:2"})
TOKENS = (
    "all",
    "all",
    "all",
    "dept:3",
    "dept:5",
    "post:rep",
    "post:boss",
    "user:9",
    "user:8",
    "space:2",
    "space:4",
)
FACETS = ("kind", "space")
QUESTIONS = 200


def paragraphs(count: int) -> Iterator[tuple[str, str]]:
    """Title and text of so many items; past the end, paragraphs with their sentences shuffled."""
    chance = random.Random(20261121)
    known: list[tuple[str, str]] = []
    with gzip.open(COLLECTION / "articles.docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            texts = [p for p in article["body"].split("\n") if len(p) > 40]
            known.extend((f"{article['title']} {n}", text) for n, text in enumerate(texts, 1))
    chance.shuffle(known)
    for number in range(count):
        title, text = known[number % len(known)]
        yield title, text if number < len(known) else _shuffled(text, chance)


def _shuffled(text: str, chance: random.Random) -> str:
    sentences = text.split("。")
    chance.shuffle(sentences)
    return "。".join(sentences)


def entries(count: int) -> list[Entry]:
    """The corpus, the same for the same count."""
    chance = random.Random(7)
    start = datetime(2022, 1, 1, tzinfo=UTC)
    return [
        Entry(
            number, chance.choice(("document", "question", "practice", "intel")), "published", title, text,
            tags=tuple(f"标签{chance.randint(1, 40)}" for _ in range(2)), author=f"user{chance.randint(1, 60)}",
            space=f"space{chance.randint(1, 12)}", region=chance.choice(("east", "west", "north", "south")),
            tokens=(chance.choice(TOKENS),), date=start + timedelta(hours=chance.randint(0, 40_000)),
        )
        for number, (title, text) in enumerate(paragraphs(count), 1)
    ]  # fmt: skip


def questions() -> list[str]:
    """Whole sentences."""
    with gzip.open(COLLECTION / "articles.queries.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in islice(lines, 0, None, 11)][:QUESTIONS]


def keywords(corpus: list[Entry]) -> list[str]:
    """One to three content words that stand together in some item."""
    chance = random.Random(11)
    found: list[str] = []
    while len(found) < QUESTIONS:
        words = [w for w in asked(chance.choice(corpus).body[:60]).words if len(w) > 1]
        if len(words) > 3:
            begin = chance.randrange(len(words) - 2)
            found.append(" ".join(words[begin : begin + chance.randint(1, 3)]))
    return found


Ask = Callable[[str, bool], object]
"""Asks a text; the flag says whether all words are required (and no facets wanted)."""


def ours(corpus: list[Entry], folder: Path) -> tuple[Ask, float]:
    engine = WhooshEngine(folder)
    began = time.perf_counter()
    engine.rebuild(corpus, 1)
    rate = len(corpus) / (time.perf_counter() - began)
    commits = []
    for number in range(20):
        start = time.perf_counter()
        engine.apply([Put(corpus[number])], number + 2)
        engine.search(Request(parse("客户"), ACTOR))
        commits.append(1000 * (time.perf_counter() - start))
    Console().print(
        f"  put and find again: p50 {quantiles(commits, n=20)[9]:.0f} ms, worst {max(commits):.0f} ms"
    )

    def ask(text: str, is_words: bool) -> object:
        return engine.search(Request(parse(text), ACTOR, facets=() if is_words else FACETS))

    return ask, rate


def _terms(text: str) -> list[str]:
    return list(dict.fromkeys(term for word in text.split() for term, _ in asked(word).scored))[
        :MAX_SCORED_TERMS
    ]


def fts5(corpus: list[Entry], folder: Path) -> tuple[Ask, float]:
    db = sqlite3.connect(folder / "fts.db")
    db.execute(
        "CREATE VIRTUAL TABLE text USING fts5(title, body, content='', tokenize=\"unicode61 tokenchars '-+.'\")"
    )
    db.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, token TEXT, kind TEXT, space TEXT)")
    began = time.perf_counter()
    for entry in corpus:
        title, body = (" ".join(positions(text)[0]) for text in (entry.title, entry.body))
        db.execute("INSERT INTO text(rowid, title, body) VALUES (?, ?, ?)", (entry.item_id, title, body))
        db.execute(
            "INSERT INTO item VALUES (?, ?, ?, ?)", (entry.item_id, entry.tokens[0], entry.kind, entry.space)
        )
    db.commit()
    rate = len(corpus) / (time.perf_counter() - began)
    allowed = ", ".join(f"'{token}'" for token in sorted(ACTOR))
    source = f"FROM text JOIN item ON item.id = text.rowid WHERE text MATCH ? AND token IN ({allowed})"

    def ask(text: str, is_words: bool) -> object:
        terms = (" " if is_words else " OR ").join(f'"{term}"' for term in _terms(text)) or '"x"'
        hits = db.execute(f"SELECT id {source} ORDER BY bm25(text, 2.0, 1.0) LIMIT 10", (terms,)).fetchall()
        facets = () if is_words else FACETS
        return hits, [
            db.execute(f"SELECT {f}, count(*) {source} GROUP BY 1", (terms,)).fetchall() for f in facets
        ]

    return ask, rate


def tantivies(corpus: list[Entry], folder: Path) -> tuple[Ask, float]:
    builder = tantivy.SchemaBuilder()
    for name in ("title", "body"):
        builder.add_text_field(name, tokenizer_name="whitespace")
    for name in ("token", "kind", "space"):
        builder.add_text_field(name, tokenizer_name="raw", fast=True)
    builder.add_integer_field("id", stored=True)
    schema = builder.build()
    (folder / "tantivy").mkdir()
    index = tantivy.Index(schema, str(folder / "tantivy"))
    writer = index.writer(50_000_000, 1)
    began = time.perf_counter()
    for e in corpus:
        title, body = (" ".join(positions(text)[0]) for text in (e.title, e.body))
        writer.add_document(
            tantivy.Document(
                title=title, body=body, token=e.tokens[0], kind=e.kind, space=e.space, id=e.item_id
            ),
        )
    writer.commit()
    writer.wait_merging_threads()
    rate = len(corpus) / (time.perf_counter() - began)
    index.reload()
    searcher = index.searcher()
    access = tantivy.Query.term_set_query(schema, "token", sorted(ACTOR))
    buckets = {name: {"terms": {"field": name}} for name in FACETS}

    def ask(text: str, is_words: bool) -> object:
        join = tantivy.Occur.Must if is_words else tantivy.Occur.Should
        each = [(join, _either(schema, term)) for term in _terms(text)]
        query = tantivy.Query.boolean_query([
            (tantivy.Occur.Must, tantivy.Query.boolean_query(each)),
            (tantivy.Occur.Must, tantivy.Query.const_score_query(access, 0.0)),
        ])  # fmt: skip
        return searcher.search(query, 10), None if is_words else searcher.aggregate(query, buckets)

    return ask, rate


def _either(schema: tantivy.Schema, term: str) -> tantivy.Query:
    title = tantivy.Query.boost_query(tantivy.Query.term_query(schema, "title", term), 2.0)
    body = tantivy.Query.term_query(schema, "body", term)
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, title), (tantivy.Occur.Should, body)])


def measure(ask: Ask, texts: list[str], is_words: bool) -> tuple[float, float]:
    """Median and 95th percentile of one round, after a few questions to wake up."""
    for text in texts[:5]:
        ask(text, is_words)
    times = []
    for text in texts:
        began = time.perf_counter()
        ask(text, is_words)
        times.append(1000 * (time.perf_counter() - began))
    cuts = quantiles(times, n=20)
    return cuts[9], cuts[18]


ENGINES = {"ours (Whoosh)": ours, "SQLite FTS5": fts5, "Tantivy": tantivies}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, action="append")
    parser.add_argument("--only", choices=ENGINES, action="append")
    chosen = parser.parse_args()
    console = Console()
    for items in chosen.items or [2_000]:
        corpus = entries(items)
        words = keywords(corpus)
        table = Table(
            "engine", "question + access + 2 facets p50/p95", "one to three words p50/p95", "rebuild items/s",
            title=f"{items} items, ms",
        )  # fmt: skip
        for name in chosen.only or ENGINES:
            with TemporaryDirectory() as folder:
                ask, rate = ENGINES[name](corpus, Path(folder))
                asking, looking = (
                    measure(ask, questions(), is_words=False),
                    measure(ask, words, is_words=True),
                )
                table.add_row(name, *(f"{a:.1f} / {b:.1f}" for a, b in (asking, looking)), f"{rate:.0f}")
        console.print(table)


if __name__ == "__main__":
    main()
