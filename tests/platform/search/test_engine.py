from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from portal.platform.search.engine import Delete, IndexBusy, IndexDamaged, Put, digest
from portal.platform.search.engines.whoosh import WhooshEngine
from tests.platform.search.samples import ask, day, entry, ids, put

if TYPE_CHECKING:
    from pathlib import Path

LIBRARY = (
    entry(1, "大客户营销流程", "从客户开始。CRM-2.0 接口，ERP系统，managers", tags=("大客户", "流程"), author="zhang",
          author_name="张三", space="s1", region="east", date=day(2026, 3, 5)),
    entry(2, "客户档案怎么建", "拜访单、U8+ 与国六b", kind="question", tags=("大客户",), author="li", space="s2",
          date=day(2025, 3, 5), flags=("unanswered",)),
    entry(3, "關鍵客戶管理", "價錢與營銷員，軟體", date=day(2024, 1, 1)),
    entry(4, "王小明", "", kind="person", names="wang xiaoming wxm"),
    entry(5, "机密定价", "秘密底价", tokens=("dept:3",)),
)  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    made = WhooshEngine(tmp_path_factory.mktemp("index"))
    put(made, *LIBRARY)
    return made


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("客户", {1, 2, 3}), ("拜访单", {2}), ("国六b", {2}), ("U8+", {2}), ("u8", {2}), ("crm-2.0", {1}), ("2.0", {1}),
        ("ERP接口", {1}), ("客户怎么管理？", {1, 2, 3}), ('"大客户营销"', {1}), ('"客户营销流"', {1}), ('"客户流程"', set()),
        ("wangxiaoming", set()), ("xiaoming", {4}), ("wxm", {4}), ("关键客户", {3}), ("關鍵客戶", {3}), ("软件", {3}),
        ("大客戶營銷", {1}), ("钱", {3}), ("的", set()), ("manager", {1}), ("manag*", {1}), ("客户 -流程", {2, 3}),
        ("档案 OR 接口", {1, 2}), ("tag:大客户", {1, 2}), ("tag:大客戶 tag:流程", {1}), ("kind:question 客户", {2}),
        ("kind:question kind:document", {1, 2, 3}), ("author:张三", {1}), ("作者:zhang", {1}), ("region:EAST", {1}),
        ("is:unanswered", {2}), ("是:未回答", {2}), ("year:2025", {2}), ("after:2025-03-05 before:2026", {2}),
        ("after:2025", {1, 2}), ("before:2025", {3}), ("客户 -tag:大客户", {3}), ("kind:person OR 接口", {1, 4}),
        ("张三", {1}), ("机密", set()), ("region:* ", set()), ("-客户", {4}),
    ],
)  # fmt: skip
def test_what_is_found(engine: WhooshEngine, text: str, found: set[int]) -> None:
    answer = ask(engine, text)
    assert set(ids(answer)) == found
    assert answer.total == len(found)
    assert list(answer.ids) == sorted(found)


def test_titles_come_first_and_the_hit_says_why(engine: WhooshEngine) -> None:
    hit = ask(engine, "大客户 流程").hits[0]
    assert hit.item_id == 1
    assert set(hit.fields) == {"title", "tags", "body"}
    assert {"客户", "流程"} <= set(hit.terms)


def test_all_words_then_known_words_then_any(engine: WhooshEngine) -> None:
    every, known, some = (ask(engine, text) for text in ("客户 接口", "客户 接口 龘靐", "拜访 接口"))
    assert (every.mode, every.dropped, ids(every)) == ("all", (), [1])
    assert (known.mode, known.dropped, ids(known)) == ("all", ("龘靐",), [1])
    assert (some.mode, some.dropped, set(ids(some))) == ("any", ("拜访", "接口"), {1, 2})
    assert ask(engine, "kind:document").mode == "filter"


def test_facets_count_everything_that_matched(engine: WhooshEngine) -> None:
    facets = ask(engine, "客户", limit=1).facets
    assert facets["kind"] == (("document", 2), ("question", 1))
    assert facets["tag"] == (("大客户", 2), ("流程", 1))
    assert facets["author"] == (("li", 1), ("zhang", 1))
    assert facets["year"] == (("2024", 1), ("2025", 1), ("2026", 1))


def test_order_and_pages(engine: WhooshEngine) -> None:
    assert ids(ask(engine, "客户", sort="newest")) == [1, 2, 3]
    assert ids(ask(engine, "客户", sort="oldest")) == [3, 2, 1]
    assert ids(ask(engine, "", sort="oldest")) == [3, 2, 1, 4]
    whole = ids(ask(engine, "客户"))
    assert [ids(ask(engine, "客户", offset=n, limit=1)) for n in range(4)] == [[n] for n in whole] + [[]]


def test_access_tokens_decide(engine: WhooshEngine) -> None:
    assert ids(ask(engine, "机密", frozenset({"dept:3"}))) == [5]
    assert ask(engine, "客户", frozenset()).total == 0
    assert ask(engine, "", frozenset({"dept:3", "all"})).total == 5


def test_what_one_may_not_read_is_as_if_unknown(engine: WhooshEngine) -> None:
    secret, unknown = ask(engine, "客户 底价"), ask(engine, "客户 龘靐")
    assert secret.hits == tuple(unknown.hits)
    assert (secret.total, secret.facets, secret.mode) == (unknown.total, unknown.facets, unknown.mode)
    assert secret.dropped == ("底价",)


def test_the_last_change_of_an_id_wins(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    first, second = entry(1, "旧文"), entry(1, "新篇")
    engine.apply([Put(first), Put(entry(2)), Put(second), Delete(2)], 4)
    assert ids(ask(engine, "旧文")) == []
    assert ids(ask(engine, "新篇")) == [1]
    assert list(engine.stored()) == [(1, 0, digest(second))]
    engine.apply([Delete(1), Delete(99)], 6)
    assert list(engine.stored()) == []
    assert engine.cursor() == 6
    engine.apply([], 7)
    assert WhooshEngine(tmp_path).cursor() == 7


def test_other_processes_see_commits_and_rebuilds(tmp_path: Path) -> None:
    writer, reader = WhooshEngine(tmp_path), WhooshEngine(tmp_path)
    for number in range(1, 30):
        put(writer, entry(number, f"第{number}篇客户"))
        assert ask(reader, "客户").total == number
    seen: list[int] = []
    writer.rebuild([entry(n, "重建客户") for n in range(1, 11)], 50, seen.append)
    assert seen == list(range(1, 11))
    assert (ask(reader, "重建").total, reader.cursor()) == (10, 50)
    assert len(list(tmp_path.glob("index-*"))) == 1


def test_a_failed_rebuild_changes_nothing(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    put(engine, entry(1, "客户"))
    with pytest.raises(AttributeError):
        engine.rebuild([entry(2), None], 9)  # type: ignore[list-item]
    assert ids(ask(engine, "客户")) == [1]
    put(engine, entry(2, "客户"))
    assert ask(engine, "客户").total == 2


def test_search_goes_on_during_a_rebuild(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    put(engine, entry(1, "客户"))
    totals: list[int] = []
    rebuilt = [entry(n, "客户", "营销流程" * 20) for n in range(1, 80)]
    thread = threading.Thread(target=engine.rebuild, args=(rebuilt, 2))
    thread.start()
    while thread.is_alive():
        totals.append(ask(engine, "客户").total)
    assert set(totals) <= {1, 79}
    assert ask(engine, "客户").total == 79


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    first, second = WhooshEngine(tmp_path), WhooshEngine(tmp_path, wait=0.05)
    with first._folders.writing(), pytest.raises(IndexBusy):
        second.apply([Put(entry(1))], 1)


def test_damage_is_reported_and_a_rebuild_heals(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    put(engine, entry(1, "客户"))
    engine.close()
    for file in tmp_path.glob("index-*/*.toc"):
        file.write_bytes(b"nonsense")
    broken = WhooshEngine(tmp_path)
    with pytest.raises(IndexDamaged):
        ask(broken, "客户")
    with pytest.raises(IndexDamaged):
        broken.cursor()
    broken.rebuild([entry(1, "客户")], 3)
    assert (ids(ask(broken, "客户")), broken.cursor()) == ([1], 3)


def test_lost_segments_are_damage(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    put(engine, entry(1, "客户"))
    engine.close()
    for file in tmp_path.glob("index-*/*.trm"):
        file.unlink()
    with pytest.raises(IndexDamaged):
        ask(WhooshEngine(tmp_path), "客户")


def test_a_digest_notices_access() -> None:
    one = entry(1, tokens=("all", "dept:3"))
    assert digest(one) == digest(entry(1, tokens=("dept:3", "all")))
    assert digest(one) != digest(entry(1, tokens=("all",)))


def test_merged_segments_keep_phrases_and_deletions(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    for number in range(1, 41):
        put(engine, entry(number, f"文{number}", "大客户营销流程" if number % 2 else "营销的客户"))
    engine.apply([Delete(n) for n in range(1, 21)], 100)
    for number in range(41, 50):
        put(engine, entry(number, "新"))
    assert list(ask(engine, '"客户营销"').ids) == list(range(21, 40, 2))
    assert sorted(row[0] for row in engine.stored()) == list(range(21, 50))
    assert len(engine._fresh().segments) < 12
