"""The engine against a model that reads every item for every question."""

# ruff: noqa: S311 - drawn from fixed seeds, so that a failure comes back.

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

from portal.platform.search.analysis import asked, runs
from portal.platform.search.engine import Entry, Found, Put, Request
from portal.platform.search.engines.whoosh import WhooshEngine
from portal.platform.search.syntax import Clause, Either, Filter, Not, Phrase, Word, parse
from tests.platform.search.samples import day, entry

if TYPE_CHECKING:
    from pathlib import Path

WORDS = ("客户", "管理", "营销", "流程", "档案", "大客户", "erp", "crm-2.0", "提醒", "钱")
TOKENS = ("all", "dept:3", "user:9", "space:2")
SPACES = ("销售", "市场", "")
QUERIES = 60
CORPORA = 4


def corpus(chance: random.Random) -> list[Entry]:
    def text(most: int) -> str:
        return "".join(
            chance.choice(WORDS) + chance.choice(("", "，", " ")) for _ in range(chance.randint(1, most))
        )

    return [
        entry(
            number, text(3), text(8), kind=chance.choice(("a", "b")), state=chance.choice(("published", "published", "draft")),
            tags=tuple(chance.sample(("甲", "乙"), chance.randint(0, 2))), space=chance.choice(SPACES),
            tokens=tuple(chance.sample(TOKENS, chance.randint(0, 2))), date=day(chance.choice((2024, 2025))),
        )
        for number in range(1, 31)
    ]  # fmt: skip


def question(chance: random.Random) -> str:
    def term() -> str:
        word = chance.choice((*WORDS, "龘靐"))
        shape = chance.random()
        if shape < 0.2:
            return f'"{word}{chance.choice(WORDS)}"'
        if shape < 0.3:
            return chance.choice(("kind:a", "tag:甲", "space:销售", "after:2025", "state:draft"))
        return word

    made = [("-" if chance.random() < 0.15 else "") + term() for _ in range(chance.randint(1, 3))]
    return chance.choice((" ", " ", " OR ")).join(made)


def has(one: Entry, clause: Clause) -> bool:
    if isinstance(clause, Not):
        return not has(one, clause.term)
    if isinstance(clause, Either):
        return any(has(one, term) for term in clause.terms)
    if isinstance(clause, Filter):
        return {
            "kind": one.kind == clause.value, "tag": clause.value in one.tags, "space": one.space == clause.value,
            "state": one.state == clause.value, "after": one.date is not None and str(one.date.year) >= clause.value,
        }[clause.field]  # fmt: skip
    texts = [line(one.title), line(one.body), *map(line, one.tags)]
    if isinstance(clause, Phrase):
        return any(beside(clause.text, text) for text in texts)
    return all(any(term in text for text in texts) for term in asked(clause.text).required)


def line(text: str) -> str:
    return "|" + "|".join(runs(text)) + "|"


def beside(phrase: str, text: str) -> bool:
    """Whether runs follow one another; a Chinese run may begin and end inside one of the text."""
    wanted, given = line(phrase), text
    flat = given.replace("|", "")
    return wanted.replace("|", "") in flat and any(
        run_by_run(wanted.strip("|").split("|"), flat, at, given) for at in range(len(flat))
    )


def run_by_run(wanted: list[str], flat: str, at: int, given: str) -> bool:
    breaks = {n - k for k, n in enumerate(i for i, c in enumerate(given) if c == "|")}
    for run in wanted:
        if not flat.startswith(run, at) or any(at < b < at + len(run) for b in breaks):
            return False
        if run.isascii() and not {at, at + len(run)} <= breaks:
            return False
        at += len(run)
    return True


def expected(entries: list[Entry], text: str, tokens: frozenset[str]) -> set[int]:
    tree = parse(text)
    readable = [e for e in entries if tokens & set(e.tokens) and e.state == "published"]
    words = [c for c in tree.clauses if isinstance(c, Word)]
    singles = [c for c in tree.clauses if isinstance(c, Filter) and c.field in {"kind", "space", "state"}]
    hard = [c for c in tree.clauses if c not in words and c not in singles]
    base = [e for e in readable if all(has(e, c) for c in hard if not isinstance(c, Phrase | Either))]
    for field in {c.field for c in singles}:
        base = [e for e in base if any(has(e, c) for c in singles if c.field == field)]
    strict = [e for e in base if all(has(e, c) for c in hard)]
    known = [w for w in words if any(has(e, w) for e in base)]
    every = {e.item_id for e in strict if all(has(e, w) for w in known)}
    if not words or (known and every):
        return every
    return {e.item_id for e in strict if any(any_pair(e, w) for w in words)}


def any_pair(one: Entry, word: Word) -> bool:
    texts = [line(one.title), line(one.body), *map(line, one.tags)]
    return any(term in text for term, _ in asked(word.text).scored for text in texts)


def search(
    engine: WhooshEngine, text: str, tokens: frozenset[str], blocked: frozenset[int] = frozenset()
) -> Found:
    return engine.search(Request(parse(text), tokens, blocked, limit=100))


def test_found_is_what_reading_everything_finds(tmp_path: Path) -> None:
    for seed in range(CORPORA):
        chance = random.Random(seed)
        engine, entries = WhooshEngine(tmp_path / str(seed)), corpus(chance)
        for start in range(0, 30, 7):
            engine.apply([Put(e) for e in entries[start : start + 7]], start)
        for _ in range(QUERIES):
            text, tokens = question(chance), frozenset(chance.sample(TOKENS, 2))
            found, wanted = search(engine, text, tokens), expected(entries, text, tokens)
            assert set(found.ids) == wanted, (seed, text)
            assert found.total == len(wanted) == len(found.hits)
            matched = [e for e in entries if e.item_id in wanted]
            assert dict(found.facets["kind"]) == Counter(e.kind for e in matched)
            assert dict(found.facets["space"]) == Counter(e.space for e in matched if e.space)
            assert dict(found.facets["tag"]) == Counter(t for e in matched for t in e.tags)


def test_what_is_not_seen_is_exactly_as_if_absent(tmp_path: Path) -> None:
    """Scores, order, totals, facets and hints equal those of an index without the rest."""
    for seed in range(CORPORA):
        chance = random.Random(100 + seed)
        entries, tokens = corpus(chance), frozenset({"all", "dept:3"})
        blocked = frozenset(chance.sample(range(1, 31), 5))
        whole, part = WhooshEngine(tmp_path / f"{seed}a"), WhooshEngine(tmp_path / f"{seed}b")
        whole.apply([Put(e) for e in entries[:20]], 1)
        whole.apply([Put(e) for e in entries[20:]], 2)
        part.apply([Put(e) for e in entries if tokens & set(e.tokens) and e.item_id not in blocked], 1)
        for _ in range(QUERIES):
            text = question(chance) + chance.choice(("", " c*", " 怎么管理客户的档案？"))
            assert search(whole, text, tokens, blocked) == search(part, text, tokens), text
