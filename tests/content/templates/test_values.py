"""What people type into fields, and what it means."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.content.templates import values
from portal.content.templates.fields import TYPES, Field
from portal.content.templates.values import People, Someone, Unfit

LINA, LINA_TOO, WANG = Someone(1, "lina", "李娜"), Someone(2, "lina2", "李娜"), Someone(3, "wang", "王强")
PEOPLE = People([LINA, LINA_TOO, WANG])


def meant(kind: str, typed: Any, **more: Any) -> Any:  # noqa: ANN401
    return values.parse(Field("k", "名", kind, **more), typed, PEOPLE)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12.5", "12.5"), ("１２．５ 万", "125000"), ("3,000", "3000"), ("-4", "-4"), ("0.10", "0.1"), ("2亿", "200000000"),
        (" 1 200 ", "1200"), ("３２ 吨", "32"), (".5", "0.5"), ("1.00001", "1"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(typed: str, number: str) -> None:
    assert meant("number", typed, unit="吨") == number


@pytest.mark.parametrize(
    "typed", ["十二", "1e5", "1.2.3", "--1", "nan", "inf", "12 kg", "9" * 40, "1万万", "٣"]
)
def test_what_is_no_number_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(Unfit) as refused:
        meant("number", typed, unit="吨")
    assert len(str(refused.value)) > 10


@pytest.mark.parametrize(
    ("typed", "amount", "currency"),
    [
        ("5,400", "5400", "CNY"), ("￥５，４００", "5400", "CNY"), ("12.5 万元", "125000", "CNY"), ("$80", "80", "USD"),
        ("80 USD", "80", "USD"), ("usd 80", "80", "USD"), ("80美元", "80", "USD"), ("5400 人民币", "5400", "CNY"),
        ("€9.5", "9.5", "EUR"),
    ],
)  # fmt: skip
def test_amounts_keep_their_currency(typed: str, amount: str, currency: str) -> None:
    assert meant("money", typed) == {"amount": amount, "currency": currency}


def test_an_amount_without_a_sign_is_in_the_fields_currency() -> None:
    assert meant("money", "80", unit="USD") == {"amount": "80", "currency": "USD"}


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-20",
        "2026/11/20",
        "2026年11月20日",
        "２０２６－１１－２０",
        "2026.11.20",
        "2026 年 11 月 20 日",
    ],
)
def test_dates_are_read_in_the_ways_of_writing_them(typed: str) -> None:
    assert meant("date", typed) == "2026-11-20"


@pytest.mark.parametrize(
    "typed", ["2026-02-30", "11-20", "20.11.2026", "tomorrow", "2026-13-01", "0000-01-01"]
)
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(Unfit):
        meant("date", typed)


@pytest.mark.parametrize("typed", ["王强", "wang", "王强（wang）", "王强(WANG)", "WANG"])
def test_a_person_is_found_by_either_name(typed: str) -> None:
    assert meant("person", typed) == {"id": 3, "username": "wang", "name": "王强"}


def test_a_name_that_two_people_have_is_asked_back() -> None:
    with pytest.raises(Unfit, match="lina2"):
        meant("person", "李娜")
    assert meant("person", "李娜（lina2）")["id"] == 2
    with pytest.raises(Unfit):
        meant("person", "没有这个人")


def test_a_choice_is_one_of_those_that_there_are() -> None:
    assert meant("choice", "送样", choices=("送样", "谈判")) == "送样"
    with pytest.raises(Unfit, match="送样"):
        meant("choice", "别的", choices=("送样", "谈判"))


def test_a_table_keeps_rows_with_something_in_them_and_names_the_row_that_does_not_fit() -> None:
    columns = (Field("what", "内容", required=True), Field("due", "到期", "date"))
    rows = [{"what": "寄样", "due": "2026/11/20"}, {"what": " ", "due": ""}, {"what": "报价"}]
    assert meant("table", rows, columns=columns) == [{"what": "寄样", "due": "2026-11-20"}, {"what": "报价"}]
    with pytest.raises(Unfit, match="2"):
        meant("table", [{"what": "寄样"}, {"due": "2026-11-20"}], columns=columns)
    assert meant("table", [{}, {"what": ""}], columns=columns) is None


@pytest.mark.parametrize("kind", sorted(TYPES))
@given(typed=st.text(max_size=60) | st.none())
def test_whatever_is_typed_is_taken_and_said_again_or_refused(kind: str, typed: str | None) -> None:
    """A value, written into its form again, means the same."""
    asked = Field(
        "k",
        "名",
        kind,
        choices=("送样", "谈判"),
        unit="吨" if kind == "number" else "",
        columns=(Field("c", "列"),),
    )
    sent: Any = [{"c": typed or ""}] if kind == "table" else (typed or "")
    try:
        value = values.parse(asked, sent, PEOPLE)
    except Unfit as refused:
        assert str(refused)
        return
    assert values.parse(asked, values.typed(asked, value), PEOPLE) == value
    assert isinstance(values.text(asked, value), str)
