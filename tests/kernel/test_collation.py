"""Names in the order of their pinyin, and the spellings by which people are found."""

from __future__ import annotations

import pytest

from portal.kernel.collation import pinyin_key, spellings


def test_names_stand_in_the_order_of_their_pinyin() -> None:
    names = ["赵军", "李娜", "阿明", "Bob", "王芳", "陈晨"]
    assert sorted(names, key=pinyin_key) == ["阿明", "Bob", "陈晨", "李娜", "王芳", "赵军"]


def test_tones_decide_between_equal_syllables() -> None:
    assert sorted(["四", "死", "丝"], key=pinyin_key) == ["丝", "死", "四"]


@pytest.mark.parametrize(("one", "other"), [("ＡＢＣ", "abc"), ("Bob", "BOB"), ("①", "1")])
def test_width_and_case_do_not_count(one: str, other: str) -> None:
    assert pinyin_key(one) == pinyin_key(other)


def test_a_key_fits_its_column() -> None:
    assert len(pinyin_key("装" * 500)) == 200


def test_a_name_is_spelt_in_full_and_by_its_initials() -> None:
    assert spellings("李娜") == "lina ln"


@pytest.mark.parametrize("text", ["", "😀", "\u202e", "a\x00b"])
def test_anything_has_a_key(text: str) -> None:
    assert isinstance(pinyin_key(text), str)
    assert isinstance(spellings(text), str)
