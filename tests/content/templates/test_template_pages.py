"""Templates through the browser: choosing, filling in, lifting, building, tables and files."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal.content.templates import services
from portal.content.templates.fields import Field
from portal.content.templates.models import Filling, Template
from portal.features.documents.models import Document
from portal.kernel.actor import MEMBER
from tests import builders
from tests.builders import templates as build
from tests.content.templates.saving import save

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.people.models import User
    from tests.builders.browser import Browser


def test_a_new_document_begins_with_what_the_template_says(
    browser: Browser, visits: Template, space: Space
) -> None:
    page = browser.get(f"/documents/new?template={visits.id}&space={space.key}")
    assert all(
        text in page.text for text in ("## 原话", "field-customer", "field-promises-0-what", "华北大区-拜访")
    )
    assert "空白" in page.text


def test_a_document_made_by_a_template_shows_its_facts(
    browser: Browser, visits: Template, space: Space, session: Session
) -> None:
    sent = {
        "field-visited": "2026-11-10", "field-price": "１２．５ 万", "field-promises-0-what": "寄样",
        "field-promises-3-what": "报价", "field-promises-3-due": "2026-12-01", "field-companion": "林悦（linyue）",
    }  # fmt: skip
    saved = save(browser, space, visits, **sent)
    assert saved.status_code == 302
    shown = browser.get(saved.headers["Location"])
    document = session.scalars(select(Document)).one()
    assert document.title == "华北大区-北辰轮胎-拜访-20261110"
    assert all(text in shown.text for text in ("北辰轮胎", "¥125,000", "寄样", "报价", "林悦", "第 1 版"))


def test_a_title_of_ones_own_stays(
    browser: Browser, visits: Template, space: Space, session: Session
) -> None:
    save(browser, space, visits, title="我自己的题目", made_title="华北大区-拜访")
    assert session.scalars(select(Document.title)).all() == ["我自己的题目"]


def test_an_untouched_title_is_made_anew(
    browser: Browser, visits: Template, space: Space, session: Session
) -> None:
    save(browser, space, visits, title="华北大区-拜访", made_title="华北大区-拜访")
    assert session.scalars(select(Document.title)).all() == ["华北大区-北辰轮胎-拜访"]


def test_what_does_not_fit_comes_back_with_a_sentence_and_all_that_was_typed(
    browser: Browser, visits: Template, space: Space, session: Session
) -> None:
    answer = save(
        browser,
        space,
        visits,
        **{"field-volume": "很多<b>", "field-remark": "记得", "field-promises-1-due": "x"},
    )
    assert answer.status_code == 422
    assert all(text in answer.text for text in ("很多&lt;b&gt;", "记得", "field-volume-error", "第 1 行"))
    assert session.scalars(select(Document.id)).all() == []


def test_editing_keeps_the_version_that_the_document_was_made_from(
    browser: Browser, visits: Template, space: Space, session: Session, keeper: User
) -> None:
    save(browser, space, visits, **{"field-remark": "旧"})
    document = session.scalars(select(Document)).one()
    newer = build.wanted(
        keeper, fields=[Field("customer", "客户名称", "customer"), Field("mood", "气氛")], pattern=""
    )
    services.change(session, builders.actor_of(session, keeper), visits, newer, 1)
    page = browser.get(f"/documents/{document.id}/edit")
    assert "field-remark" in page.text
    assert "field-mood" not in page.text
    changed = save(browser, space, visits, f"/documents/{document.id}", version=1, **{"field-remark": "新"})
    assert changed.status_code == 302
    assert "新版本" in browser.get(f"/documents/{document.id}").text
    preview = browser.get(f"/documents/{document.id}/template")
    assert all(text in preview.text for text in ("field-mood", "备注", "客户名称"))
    lifted = browser.post(
        f"/documents/{document.id}/template",
        data={
            "template": visits.id,
            "template_version": 2,
            "version": 2,
            "field-customer": "北辰轮胎",
            "field-mood": "好",
        },
    )
    assert lifted.status_code == 302
    filling = session.scalars(select(Filling)).one()
    assert (filling.template_version, filling.former) == (2, [["备注", "新"]])
    assert "原有字段" in browser.get(f"/documents/{document.id}").text


def test_a_space_offers_its_template_first(
    browser: Browser, visits: Template, space: Space, session: Session
) -> None:
    boss = builders.person(session, "jinli", "金莉", roles=frozenset({MEMBER, "administrator"}))
    services.set_default(session, builders.actor_of(session, boss), space, visits.id)
    session.commit()
    assert "field-customer" in browser.get(f"/documents/new?space={space.key}").text
    assert "field-customer" not in browser.get(f"/documents/new?space={space.key}&template=blank").text
    refused = browser.post(f"/spaces/{space.key}/template", data={"template": ""})
    assert refused.status_code == 403


def build_rows(*rows: dict[str, str]) -> dict[str, str]:
    return {f"ask-{number}-{name}": text for number, row in enumerate(rows, 1) for name, text in row.items()}


def template_form(keeper: User, **more: str) -> dict[str, Any]:
    basic = {
        "title": "客户走访",
        "space": 0,
        "default_space": 0,
        "keeper": keeper.id,
        "body": "文",
        "pattern": "",
    }
    return basic | more


def test_a_template_is_built_from_plain_rows(client: Browser, keeper: User, session: Session) -> None:
    client.sign_in(keeper.username)
    rows = build_rows(
        {"label": "备注", "type": "text", "order": "30"},
        {"label": "客户", "type": "customer", "required": "1", "order": "10", "key": "customer"},
        {"label": "", "type": "text"},
        {"label": "删掉", "type": "text", "remove": "1"},
        {"label": "等级", "type": "choice", "choices": "甲\r\n乙、丙", "order": "20"},
        {"label": "明细", "type": "table", "columns": "产品 | 必填\n数量 | 数字 | 吨\n等级|选项|一/二\n负责人 | person | who", "order": "40"},
    )  # fmt: skip
    saved = client.post(
        "/templates", data=template_form(keeper, pattern="{customer}", action="publish") | rows
    )
    assert saved.status_code == 302
    made = session.scalars(select(Template)).one()
    assert [field["label"] for field in made.fields] == ["客户", "等级", "备注", "明细"]
    assert made.fields[1]["choices"] == ["甲", "乙", "丙"]
    columns = made.fields[3]["columns"]
    assert [column["type"] for column in columns] == ["text", "number", "choice", "person"]
    assert (columns[0]["required"], columns[1]["unit"], columns[3]["key"]) == (True, "吨", "who")
    edit = client.get(f"/templates/{made.id}/edit")
    assert "产品 | 文本 | 必填" in edit.text
    assert made.state == "published"


def test_a_template_that_does_not_fit_comes_back(client: Browser, keeper: User, session: Session) -> None:
    client.sign_in(keeper.username)
    rows = build_rows({"label": "等级", "type": "choice", "choices": "一"})
    answer = client.post("/templates", data=template_form(keeper, pattern="{unknown}") | rows)
    assert answer.status_code == 422
    assert all(text in answer.text for text in ("{unknown}", "等级：请至少给出两个选项"))
    assert session.scalars(select(Template)).all() == []
    more = client.post("/templates", data=template_form(keeper, action="more") | rows)
    assert more.status_code == 200
    assert "ask-7-label" in more.text


def test_two_keepers_at_once_get_a_conflict_that_goes_on(
    client: Browser, keeper: User, visits: Template
) -> None:
    client.sign_in(keeper.username)
    rows = build_rows({"label": "客户", "type": "customer", "key": "customer"})
    path = f"/templates/{visits.id}"
    sent = template_form(keeper, action="save") | rows
    assert client.post(path, data=sent | {"version": 1, "title": "甲"}).status_code == 302
    conflict = client.post(path, data=sent | {"version": 1, "title": "乙"})
    assert conflict.status_code == 409
    assert 'value="乙"' in conflict.text
    assert 'name="version" type="hidden" value="2"' in conflict.text
    assert client.post(path, data=sent | {"version": 2, "title": "乙"}).status_code == 302


def test_the_table_of_all_is_narrowed_by_its_address_and_goes_out_as_a_file(
    browser: Browser, visits: Template, space: Space
) -> None:
    save(
        browser,
        space,
        visits,
        title="甲文",
        **{"field-visited": "2026-10-03", "field-remark": "=cmd|' /C calc'!A0"},
    )
    save(
        browser, space, visits, title="乙文", **{"field-customer": "信合橡胶", "field-visited": "2026-11-03"}
    )
    base = f"/templates/{visits.id}/records"
    october = browser.get(f"{base}?visited.from=2026-10-01&visited.to=2026-10-31").text
    assert "甲文" in october
    assert "乙文" not in october
    assert "信合橡胶" in browser.get(f"{base}?customer=信合&sort=visited&order=asc").text
    assert browser.get(f"{base}?visited.from=昨天&sort=nothing&cursor=x").status_code == 200
    rows = list(
        csv.reader(
            io.StringIO(browser.get(f"{base}.csv?customer=北辰").get_data(as_text=True).lstrip("\ufeff"))
        )
    )
    assert [row[0] for row in rows[1:]] == ["甲文"]
    remark = rows[1][rows[0].index("备注")]
    assert remark.startswith("'=")


def test_pages_of_the_table_follow_one_another(
    browser: Browser, visits: Template, space: Space, session: Session, author: User
) -> None:
    for number in range(35):
        build.filled(session, author, space, visits, {"volume": str(number)}, title=f"第{number}份")
    session.commit()
    seen: list[str] = []
    address = f"/templates/{visits.id}/records?sort=volume&order=asc"
    while address:
        page = browser.get(address).text
        seen += re.findall(r">(第\d+份)<", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"第{number}份" for number in range(35)]


def test_the_api_tells_template_and_fields(
    browser: Browser, visits: Template, space: Space, session: Session, author: User
) -> None:
    save(browser, space, visits, **{"field-volume": "12"})
    secret = builders.token(session, author)
    session.commit()
    browser.use_token(secret)
    number = session.scalars(select(Document.id)).one()
    answer = browser.get(f"/api/v1/documents/{number}").get_json()
    assert (answer["template"], answer["template_version"]) == (visits.id, 1)
    assert answer["fields"] == {"customer": "北辰轮胎", "volume": "12"}
    assert browser.get("/api/v1/documents").get_json()["items"][0]["fields"] == answer["fields"]
    listed = browser.get("/api/v1/templates").get_json()["items"]
    assert listed[0]["fields"][0]["key"] == "customer"
