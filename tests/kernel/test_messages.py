"""Sentences that are translated when they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.kernel import messages
from portal.kernel.errors import ConflictError, InvalidError, NotFoundError, UnavailableError
from portal.kernel.messages import _l
from portal.kernel.typed import line, paragraphs, storable

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def chinese() -> Iterator[None]:
    before = messages._translate[0]
    messages.install({"%(n)s documents": "%(n)s 篇文档"}.__getitem__)
    yield
    messages.install(before)


def test_a_sentence_made_before_the_language_is_known(chinese: None) -> None:
    sentence = _l("%(n)s documents", n=3)
    del chinese
    assert str(sentence) == "3 篇文档"


def test_a_percent_sign_without_values_stands_for_itself() -> None:
    assert str(_l("100 % read")) == "100 % read"


def test_sentences_with_equal_words_are_equal() -> None:
    assert _l("Saved.") == _l("Saved.")
    assert _l("%(n)s read", n=1) != _l("%(n)s read", n=2)


def test_errors_carry_what_a_page_needs() -> None:
    assert InvalidError(fields={"title": ["Missing."]}).fields == {"title": ["Missing."]}
    assert InvalidError().fields == {}
    assert ConflictError("Too late.", current=7).current == 7
    assert [error.status for error in (NotFoundError(), UnavailableError())] == [404, 503]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  白炭黑\t分散\n不良 ", "白炭黑 分散 不良"),
        ("a\x00b\x1bc\u2028d\u2029e", "ab c d e"),
        ("e\u0301", "é"),
        ("半\ud800角", "半角"),
        ("ＡＢＣ", "ＡＢＣ"),
        (None, ""),
    ],
)
def test_one_line_of_what_was_typed(typed: str | None, kept: str) -> None:
    assert line(typed) == kept


def test_several_lines_of_what_was_typed() -> None:
    assert paragraphs("\r\n第一行\r第二行\x00\r\n\r\n") == "第一行\n第二行"
    assert paragraphs(None) == ""


def test_what_a_database_can_hold_stays_as_it_is() -> None:
    text = "\u202e\ufeff😀\x01"
    assert storable(text) == text
    assert storable("a\x00\udfff") == "a"
