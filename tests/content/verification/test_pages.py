"""Verification through the browser: the mark on cards, the page of an item, the board and its bulk acts."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from portal.content.verification.models import VerificationRule
from tests import builders
from tests.builders.verification import doubted, planned, row_of, verified

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.builders.browser import Browser
    from tests.conftest import Moment

UNDO = re.compile(r"/verification/acts/\d+/reversal")


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def editor(session: Session) -> User:
    return builders.person(session, "bianji", "边际")


@pytest.fixture
def space(session: Session, editor: User) -> Space:
    return builders.space(session, editors=[editor])


@pytest.fixture
def document(session: Session, author: User, space: Space) -> Document:
    return builders.document(session, author, space)


@pytest.fixture
def browser(document: Document, client: Browser) -> Browser:
    del document
    return client.sign_in("liming")


def seen(session: Session, document: Document) -> str:
    return f"{document.version}.{row_of(session, document).turn}"


@pytest.mark.databases
def test_one_click_verifies_and_another_takes_it_back(
    browser: Browser, document: Document, session: Session
) -> None:
    path = f"/items/{document.id}/verification"
    done = browser.post(
        path, data={"seen": "1.0", "interval": "90", "note": "对过报价单"}, follow_redirects=True
    )
    assert all(text in done.text for text in ("已核实", "对过报价单", "李明"))
    browser.post(UNDO.findall(done.text)[0])
    assert row_of(session, document).verified_at is None


def test_each_state_stands_on_the_card(
    browser: Browser, document: Document, author: User, editor: User, session: Session, moment: Moment
) -> None:
    def card() -> str:
        browser.sign_in("liming")
        return re.sub(r"\s+", " ", browser.get("/spaces/handbook").text)

    assert 'class="trust' not in card()
    planned(session, author, document, keeper_id=author.id, interval_days=30)
    assert "尚未核实" in card()
    verified(session, author, document)
    assert "核实有效期至" in card()
    moment.advance(dt.timedelta(days=20))
    assert "即将到期" in card()
    moment.advance(dt.timedelta(days=11))
    assert "核实已过期" in card()
    doubted(session, editor, document)
    assert "有疑问" in card()


def test_search_hits_and_the_home_page_carry_the_mark(
    browser: Browser, document: Document, author: User, session: Session, worker: Callable[[], int]
) -> None:
    verified(session, author, document)
    session.commit()
    worker()
    assert "trust-good" in browser.get("/search?q=白炭黑").text
    assert "trust-good" in browser.get("/people/liming").text


def test_a_page_that_is_out_of_date_verifies_nothing(browser: Browser, document: Document) -> None:
    answer = browser.post(f"/items/{document.id}/verification", data={"seen": "7.0", "interval": "90"})
    assert (answer.status_code, "已被修改" in answer.text) == (409, True)


@pytest.mark.parametrize(
    "sent", [{}, {"seen": "x.y"}, {"seen": "1.0", "until": "gestern"}, {"seen": "1.0", "interval": "3"}]
)
def test_what_does_not_fit_is_refused_in_words(
    browser: Browser, document: Document, sent: dict[str, str]
) -> None:
    assert browser.post(f"/items/{document.id}/verification", data=sent).status_code in {409, 422}


def test_a_day_of_ones_own(browser: Browser, document: Document, session: Session) -> None:
    path = f"/items/{document.id}/verification"
    assert browser.post(path, data={"seen": "1.0", "until": "2026-11-11"}).status_code == 422
    browser.post(path, data={"seen": "1.0", "until": "2026-12-31"})
    row = row_of(session, document)
    assert (row.due_on, row.interval_days) == (dt.date(2026, 12, 31), None)


def test_keeper_and_interval_are_chosen(
    browser: Browser, document: Document, editor: User, session: Session
) -> None:
    path = f"/items/{document.id}/verification"
    assert "边际" in browser.get(path).text
    browser.post(f"{path}/plan", data={"keeper": editor.id, "interval": "180"})
    assert (row_of(session, document).keeper_id, row_of(session, document).interval_days) == (editor.id, 180)
    browser.post(f"{path}/plan", data={"interval": "never"})
    assert row_of(session, document).is_exempt


def test_a_doubt_shows_above_the_text(browser: Browser, document: Document) -> None:
    answer = browser.post(
        f"/items/{document.id}/doubts", data={"reason": "第三步<b>取消</b>了"}, follow_redirects=True
    )
    assert "第三步&lt;b&gt;取消&lt;/b&gt;了" in answer.text


def test_several_at_once_with_a_reason_for_each_refusal(
    browser: Browser, document: Document, author: User, editor: User, space: Space, session: Session
) -> None:
    planned(session, author, document, keeper_id=author.id, interval_days=90)
    foreign = builders.document(session, editor, space, "别人的")
    sent = {
        "action": "verify", "item": [document.id, foreign.id, 99_999],
        f"seen-{document.id}": seen(session, document), f"seen-{foreign.id}": "1.0", "interval": "90",
    }  # fmt: skip
    done = browser.post("/verification/selection", data=sent, follow_redirects=True)
    assert "已核实 1 篇文档" in done.text
    assert "《别人的》" in done.text
    assert row_of(session, document).verified_at
    browser.post(UNDO.findall(done.text)[0])
    assert row_of(session, document).verified_at is None


def test_keepers_and_intervals_of_several(
    client: Browser, document: Document, author: User, space: Space, session: Session
) -> None:
    other = builders.document(session, author, space, "另一篇")
    planned(session, author, other, keeper_id=None, interval_days=90)
    client.sign_in("bianji")
    sent = {"action": "plan", "item": [document.id, other.id], "keeper": author.id, "interval": "365"}
    client.post("/verification/selection", data=sent)
    assert {
        (row_of(session, item).keeper_id, row_of(session, item).interval_days) for item in (document, other)
    } == {(author.id, 365)}


@pytest.mark.parametrize("tab", ["mine", "spaces", "most_read", "expired", "doubted", "left", "nonsense"])
def test_every_tab_opens_empty_and_filled(
    client: Browser,
    document: Document,
    editor: User,
    author: User,
    session: Session,
    moment: Moment,
    tab: str,
) -> None:
    client.sign_in("bianji")
    assert client.get(f"/verification?tab={tab}").status_code == 200
    client.post(f"/items/{document.id}/readings")
    planned(session, author, document, keeper_id=editor.id, interval_days=30)
    page = client.get(f"/verification?tab={tab}&space=handbook")
    assert (document.title in page.text) == (tab in {"mine", "spaces", "most_read", "nonsense"})
    verified(session, editor, document)
    doubted(session, author, document)
    moment.advance(dt.timedelta(days=40))
    client.sign_in("bianji")
    page = client.get(f"/verification?tab={tab}&space=handbook")
    assert (document.title in page.text) == (tab in {"mine", "spaces", "expired", "doubted", "nonsense"})


def test_the_board_is_walked_by_pages(client: Browser, author: User, space: Space, session: Session) -> None:
    for number in range(70):
        planned(
            session, author, builders.document(session, author, space, f"编号{number:03}"), interval_days=730
        )
    client.sign_in("bianji")
    found, url = [], "/verification"
    while url:
        page = client.get(url).text
        found += re.findall(r"编号\d{3}(?=</a>)", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following.group(1).replace("&amp;", "&") if following else ""
    assert (len(found), len(set(found))) == (70, 70)


def test_a_rule_is_made_by_editors_and_by_nobody_else(
    client: Browser, document: Document, space: Space, session: Session
) -> None:
    del document
    client.sign_in("bianji")
    assert client.get("/spaces/handbook/verification").status_code == 200
    client.post("/spaces/handbook/verification", data={"interval": "180", "keeper": "author"})
    assert session.query(VerificationRule).one().interval_days == 180
    assert (
        client.post("/spaces/handbook/verification", data={"interval": "7", "keeper": "author"}).status_code
        == 422
    )
    client.sign_in("liming")
    assert client.get("/spaces/handbook/verification").status_code == 403
    assert client.post("/spaces/handbook/verification", data={"interval": ""}).status_code == 403
    del space


def test_drafts_are_not_verified(browser: Browser, author: User, space: Space, session: Session) -> None:
    draft = builders.document(session, author, space, "草稿", state="draft")
    assert "核实" not in browser.get(f"/documents/{draft.id}").text.split("<main")[1]
    assert browser.get(f"/items/{draft.id}/verification").status_code == 404
    assert browser.post(f"/items/{draft.id}/verification", data={"seen": "1.0"}).status_code == 403


def test_the_board_asks_no_more_for_many_rows(
    app: Flask, client: Browser, author: User, space: Space, session: Session
) -> None:
    asked = []
    for number in range(2):
        for place in range(1 + 24 * number):
            item = builders.document(session, author, space, f"第{number}批{place}")
            planned(session, author, item, keeper_id=author.id, interval_days=730)
        client.sign_in("liming").get("/verification")
        with builders.queries(app) as sent:
            assert client.get("/verification").text.count("data-row") > 24 * number
        asked.append(len([statement for statement in sent if not statement.startswith("BEGIN")]))
    assert asked[0] == asked[1] <= 9
