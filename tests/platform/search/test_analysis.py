from __future__ import annotations

import threading

import pytest

from portal.platform.search.analysis import asked, fold, parts, positions, runs, stemmed, units, use_words
from portal.platform.search.stemming import stem


@pytest.mark.parametrize(
    ("text", "folded"),
    [("關鍵客戶", "关键客户"), ("ＥＲＰ", "erp"), ("軟體", "软件"), ("ﬁ", "fi"), ("\ud83d", " ")],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_mixed_text_falls_into_runs() -> None:
    assert runs("ERP接口，crm-2.0和U8+、国六b") == ["erp", "接口", "crm-2.0", "和", "u8+", "国六", "b"]


def test_latin_stands_whole_and_in_parts() -> None:
    terms, end = positions("用crm-2.0管理")
    assert terms["crm-2.0"] == terms["crm"] == [1]
    assert terms["2"] == [2]
    assert terms["0"] == [3]
    assert terms["管理"] == [4]
    assert end == 6


def test_positions_are_ordinals_of_units() -> None:
    text = "大客户，CRM-2.0 营销流程 customers"
    order = units(text)
    for term, places in positions(text)[0].items():
        if term in order:
            assert places == [n for n, unit in enumerate(order) if unit == term]


def test_positions_run_on_from_a_start() -> None:
    assert positions("客户", 7) == ({"客": [7], "户": [8], "客户": [7]}, 9)


def test_question_words_ask_for_nothing() -> None:
    reading = asked("冬天运输时怎么防止结块？")
    assert reading.words == ("冬天", "运输", "防止", "结块")
    assert reading.is_sentence


def test_a_word_cut_in_several_asks_for_all() -> None:
    reading = asked("客户档案")
    assert {"客户", "档案"} <= set(reading.required)
    assert not reading.is_sentence


def test_stop_words_alone_ask_for_nothing_unless_kept() -> None:
    assert asked("的").required == ()
    assert asked("的", keep_stop_words=True).required == ("的",)


def test_words_of_the_trade_can_be_taught() -> None:
    try:
        use_words(["贵研催化"])
        assert asked("贵研催化").words == ("贵研催化",)
    finally:
        use_words([])
    assert asked("贵研催化").words != ("贵研催化",)


def test_threads_may_read_while_words_are_taught() -> None:
    errors: list[Exception] = []

    def read() -> None:
        try:
            for _ in range(200):
                positions("大客户营销流程与知识平台")
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    use_words(["知识平台"])
    for thread in threads:
        thread.join()
    use_words([])
    assert not errors


@pytest.mark.parametrize(
    ("word", "root"),
    [("customers", "custom"), ("relational", "relat"), ("hopping", "hop"), ("ponies", "poni"), ("happy", "happi"),
     ("embedded", "embed"), ("controll", "control"), ("agreed", "agre"), ("is", "is"), ("sky", "sky")],
)  # fmt: skip
def test_porter(word: str, root: str) -> None:
    assert stem(word) == root


def test_only_english_is_stemmed() -> None:
    assert stemmed("u8") == "u8"
    assert stemmed("café") == "café"
    assert parts("u8+") == ("u8",)
