"""How good and how fast search is on a judged collection.

Runs the same analysis, ranking and engine as the search page, on an index that
is thrown away.  Documents are lines of {"id", "title", "body"}, queries lines of
{"id", "text", "relevant": [ids]}, in JSON, gzipped or not.  Knows no database
and no rights: every document is readable.
"""

from __future__ import annotations

import gzip
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from portal.platform.search.engine import Engine, Entry, Request
from portal.platform.search.engines.whoosh import WhooshEngine
from portal.platform.search.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ENGINES: Mapping[str, Callable[[Path], Engine]] = {"whoosh": WhooshEngine}

DEPTH = 10
_EVERYONE = frozenset({"all"})


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Quality over all queries (0 to 1) and speed of one client.

    `mrr` is the mean of 1/rank of the first relevant hit, `ndcg` the normalised
    discounted gain, `recall` the share of relevant documents found, each within
    the first ten hits; times are for one query, in milliseconds.
    """

    engine: str
    documents: int
    queries: int
    mrr: float
    ndcg: float
    recall: float
    queries_per_s: float
    p50_ms: float
    p95_ms: float
    documents_per_s: float


def evaluate(
    docs_path: Path | str, queries_path: Path | str, engine: str = "whoosh", every: int = 1
) -> Evaluation:
    """Index the documents, ask every query (or each `every`-th) and judge the answers.

    Raises KeyError for an unknown engine, OSError and ValueError for files that
    cannot be read.
    """
    with TemporaryDirectory(prefix="search-eval-") as folder:
        subject = ENGINES[engine](Path(folder, "index"))
        try:
            return _judged(subject, engine, Path(docs_path), list(_lines(Path(queries_path)))[::every])
        finally:
            subject.close()


def _judged(subject: Engine, name: str, docs_path: Path, queries: list[dict[str, Any]]) -> Evaluation:
    ids: list[str] = []
    began = time.perf_counter()
    subject.rebuild(_entries(docs_path, ids), 1)
    built = time.perf_counter() - began
    number = {key: position for position, key in enumerate(ids, 1)}
    scores, times = [], []
    for query in queries:
        began = time.perf_counter()
        found = subject.search(Request(parse(query["text"]), _EVERYONE, limit=DEPTH))
        times.append(time.perf_counter() - began)
        relevant = {number[key] for key in query["relevant"] if key in number}
        scores.append(judge([hit.item_id for hit in found.hits], relevant))
    return _summary(name, len(ids), scores, times, built)


def _summary(
    name: str,
    documents: int,
    scores: list[tuple[float, float, float]],
    times: list[float],
    built: float,
) -> Evaluation:
    mrr, ndcg, recall = (sum(column) / max(len(scores), 1) for column in zip(*scores, strict=True))
    cuts = quantiles([1000 * t for t in times], n=20) if len(times) > 1 else [1000 * sum(times)] * 19
    return Evaluation(
        engine=name,
        documents=documents,
        queries=len(times),
        mrr=mrr,
        ndcg=ndcg,
        recall=recall,
        queries_per_s=len(times) / sum(times),
        p50_ms=cuts[9],
        p95_ms=cuts[18],
        documents_per_s=documents / built,
    )


def judge(hits: list[int], relevant: set[int]) -> tuple[float, float, float]:
    """Reciprocal rank, normalised gain and recall of one answer, within DEPTH hits."""
    ranks = [rank for rank, item_id in enumerate(hits[:DEPTH], 1) if item_id in relevant]
    if not ranks:
        return 0.0, 0.0, 0.0
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(relevant), DEPTH) + 1))
    gain = sum(1 / math.log2(rank + 1) for rank in ranks)
    return 1 / ranks[0], gain / ideal, len(ranks) / len(relevant)


def _entries(path: Path, ids: list[str]) -> Iterator[Entry]:
    for number, line in enumerate(_lines(path), 1):
        ids.append(str(line["id"]))
        yield Entry(number, "document", "published", line["title"], line["body"], tokens=("all",))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        yield from (json.loads(line) for line in lines if line.strip())
