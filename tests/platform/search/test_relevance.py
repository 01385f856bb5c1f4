"""Relevance: a floor on a sample in every run, the whole collections when there is time."""

from __future__ import annotations

import gzip
import json
import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from portal.platform.search.engines.whoosh import WhooshEngine
from portal.platform.search.evaluation import evaluate, judge
from tests.platform.search.samples import ask, entry, ids

if TYPE_CHECKING:
    from portal.platform.search.engine import Entry

SHARED = Path(__file__).parents[4] / "shared"
EVAL = SHARED / "eval"
GLOSS = re.compile(r"(?<=[\u4e00-\u9fff])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+\)")

pytestmark = pytest.mark.skipif(not EVAL.exists(), reason="the judged collections are not here")


def lines(name: str, most: int | None = None) -> list[dict[str, str]]:
    with gzip.open(EVAL / name, "rt", encoding="utf-8") as opened:
        return [json.loads(line) for line in islice(opened, most)]


def test_judging() -> None:
    assert judge([1, 2, 3], {2}) == pytest.approx((0.5, 0.6309, 1.0), abs=1e-3)
    assert judge([1], {2}) == (0.0, 0.0, 0.0)


def test_a_sample_of_passages_stays_above_the_floor(tmp_path: Path) -> None:
    docs = lines("passages.docs.jsonl.gz", 70)
    known = {doc["id"] for doc in docs}
    queries = [q for q in lines("passages.queries.jsonl.gz") if known & set(q["relevant"])][:150]
    for name, rows in (("docs", docs), ("queries", queries)):
        (tmp_path / name).write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    result = evaluate(tmp_path / "docs", tmp_path / "queries")
    assert result.mrr >= 0.985
    assert result.recall >= 0.99


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    engine = WhooshEngine(tmp_path_factory.mktemp("index"))
    noise = [
        entry(100 + n, d["title"], d["body"]) for n, d in enumerate(lines("passages.docs.jsonl.gz", 130))
    ]
    engine.rebuild([*sources(), *noise], 1)
    return engine


def sources() -> list[Entry]:
    texts = [path.read_text("utf-8") for path in sorted((SHARED / "seeds").glob("0*.txt"))]
    return [entry(n, f"来源{n}", GLOSS.sub("", text)) for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("query", "source"),
    [
        ("客户档案 提醒", 1), ("知识平台", 1), ("定价管理", 3), ("關鍵客戶管理", 3), ("六次触达", 4), ("流程架构卡", 4),
        ("ERP系统", 4), ('"大客户营销流程"', 0), ("精细化管理", 2),
    ],
)  # fmt: skip
def test_sources_are_found_in_either_script(library: WhooshEngine, query: str, source: int) -> None:
    assert source in ids(ask(library, query))[:2]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "mrr", "recall"), [("passages", 0.98, 0.99), ("articles", 0.885, 0.975)])
def test_whole_collections(name: str, mrr: float, recall: float) -> None:
    result = evaluate(EVAL / f"{name}.docs.jsonl.gz", EVAL / f"{name}.queries.jsonl.gz")
    assert result.mrr >= mrr
    assert result.recall >= recall
