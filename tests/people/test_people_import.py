"""People from a table: every line is looked at, nothing happens by halves, and files are as offices have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.kernel.actor import ADMINISTRATOR, MEMBER, TRAINER
from portal.kernel.errors import ForbiddenError, InvalidError
from portal.people import importing, queries, services, sheets
from portal.people.models import HEADQUARTERS, REGION, TEAM
from tests import builders
from tests.builders.people import administrator

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.people.importing import RowResult

HEADER = "用户名,姓名,邮箱,部门,岗位,上级,角色"


@pytest.fixture
def admin(session: Session) -> Actor:
    """An administrator of a company with two regions, both of which have a team of the same name."""
    made = administrator(session)
    for name in ("华东大区", "华北大区"):
        region = builders.department(session, name, REGION)
        builders.department(session, "轮胎组", TEAM, region)
    builders.department(session, "市场部", HEADQUARTERS)
    builders.post(session)
    return builders.actor_of(session, made)


def planned(session: Session, admin: Actor, *lines: str, header: str = HEADER) -> list[RowResult]:
    data = "\n".join((header, *lines)).encode()
    return importing.plan(session, admin, sheets.parse(data).rows)


def statuses(results: list[RowResult]) -> list[str]:
    return [result.status for result in results]


def said(results: list[RowResult], line: int) -> str:
    return " ".join(next(result for result in results if result.line == line).messages)


def test_the_template_is_a_table_that_can_be_read() -> None:
    sheet = sheets.parse(sheets.template())
    assert [row.cells["username"] for row in sheet.rows] == ["wang.fang", "li.qiang"]
    assert sheet.ignored == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_headings_are_understood_in_both_languages(encoding: str, separator: str) -> None:
    lines = (
        ("User Name", "姓名", "E-Mail", "Department", "职位", "Reports to", "角色", "工号"),
        ("a.b", "甲", *[""] * 6),
    )
    data = "\n".join(separator.join(line) for line in lines).encode(encoding)
    sheet = sheets.parse(data)
    assert set(sheet.rows[0].cells) == set(sheets.HEADERS)
    assert sheet.ignored == ["工号"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"\n , \n", "empty"),
        ("姓名,部门\n甲,乙".encode(), "用户名"),
        ("用户名,姓名,name\na,b,c".encode(), "twice"),
        (b"\x00\x01\x02", "no text"),
        (b"a" * (sheets.LARGEST + 1), "5 MB"),
        (("用户名,姓名\n" + "abc,d\n" * (sheets.MOST_ROWS + 1)).encode(), "5000 lines"),
    ],
)
def test_a_table_that_cannot_be_taken_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(InvalidError, match=sentence):
        sheets.parse(data)


def test_a_manager_may_stand_further_down(session: Session, admin: Actor) -> None:
    results = planned(
        session,
        admin,
        "wang.fang,王芳,wf@example.com,华东大区/轮胎组,销售代表,li.qiang,成员",
        "Li.Qiang,李强,,恒昌新材料 / 华东大区,REP,guanli,成员、培训师",
    )
    assert statuses(results) == ["ok", "ok"]
    added = importing.apply(session, admin, results)
    wang, li = (queries.user(session, name) for name in ("wang.fang", "li.qiang"))
    assert sorted(added) == sorted([wang.id, li.id])
    assert wang.manager_id == li.id
    assert li.role_set == {MEMBER, TRAINER}
    assert [(p.username, depth) for p, depth in queries.reports(session, admin.user_id)] == [
        ("li.qiang", 1),
        ("wang.fang", 2),
    ]
    assert (wang.password_hash, wang.email) == ("", "wf@example.com")


def test_the_same_table_twice_changes_nothing(session: Session, admin: Actor) -> None:
    line = "wang.fang,王芳,wf@example.com,市场部,销售代表,guanli,成员"
    importing.apply(session, admin, planned(session, admin, line))
    again = planned(session, admin, line)
    assert statuses(again) == ["unchanged"]
    version = queries.user(session, "wang.fang").version
    assert importing.apply(session, admin, again) == []
    assert queries.user(session, "wang.fang").version == version


def test_columns_that_are_not_there_leave_things_as_they_are(session: Session, admin: Actor) -> None:
    line = "wang.fang,王芳,wf@example.com,市场部,销售代表,guanli,培训师"
    importing.apply(session, admin, planned(session, admin, line))
    results = planned(session, admin, "wang.fang,王芳芳", header="用户名,姓名")
    assert statuses(results) == ["changed"]
    importing.apply(session, admin, results)
    user = queries.user(session, "wang.fang")
    assert (user.name, user.email, user.manager_id) == ("王芳芳", "wf@example.com", admin.user_id)
    assert user.post_id
    assert user.role_set == {TRAINER}


def test_empty_cells_take_away_what_may_be_missing(session: Session, admin: Actor) -> None:
    line = "wang.fang,王芳,wf@example.com,市场部,销售代表,guanli,培训师"
    importing.apply(session, admin, planned(session, admin, line))
    results = planned(session, admin, "wang.fang,王芳,,,,,")
    importing.apply(session, admin, results)
    user = queries.user(session, "wang.fang")
    assert (user.email, user.post_id, user.manager_id) == ("", None, None)
    assert user.role_set == {TRAINER}


def test_every_error_is_said_with_its_line_and_stops_no_other(session: Session, admin: Actor) -> None:
    results = planned(
        session,
        admin,
        "good.one,好人,,市场部,,,",
        "Bad Name,甲,,市场部,,,",
        "no.name,,,市场部,,,",
        "bad.mail,乙,nowhere,市场部,,,",
        "no.dept,丙,,火星部,,,",
        "two.dept,丁,,轮胎组,,,",
        "empty.dept,戊,,,,,",
        "bad.post,己,,市场部,宇航员,,",
        "bad.boss,庚,,市场部,,nobody,",
        "bad.role,辛,,市场部,,,国王",
        "good.one,又一个,,市场部,,,",
        "too.many,壬,,市场部,,,成员,多了,一格",
        f"long.name,{'长' * 81},,市场部,,,",
        "good.two,好人,,市场部,,,管理员",
    )
    assert statuses(results) == ["ok", *["error"] * 12, "ok"]
    words = {
        3: "3 to 60", 4: "1 to 80", 5: "nowhere", 6: "火星部", 7: "several", 8: "which department", 9: "宇航员",
        10: "nobody", 11: "国王", 12: "line 2", 13: "more cells", 14: "1 to 80",
    }  # fmt: skip
    assert [line for line, word in words.items() if word not in said(results, line)] == []
    with pytest.raises(InvalidError):
        importing.apply(session, admin, results)
    assert queries.directory(session, "好人") == []


def test_several_errors_of_one_line_are_all_said(session: Session, admin: Actor) -> None:
    results = planned(session, admin, "x,,nowhere,火星部,宇航员,nobody,国王")
    assert len(results[0].messages) == 7


def test_circles_in_the_reporting_line_are_found(session: Session, admin: Actor) -> None:
    boss = builders.person(session, "boss", "老板")
    builders.person(session, "mid", "中层", manager=boss)
    results = planned(
        session,
        admin,
        "boss,老板,,恒昌新材料,,below,",
        "below,下属,,市场部,,mid,",
        "self,自己,,市场部,,self,",
        "under,旁人,,市场部,,below,",
    )
    assert statuses(results) == ["error", "error", "error", "ok"]
    assert "circle" in said(results, 2)


def test_superiors_and_reports_may_change_places(session: Session, admin: Actor) -> None:
    first = builders.person(session, "first", "甲")
    builders.person(session, "second", "乙", manager=first)
    results = planned(session, admin, "first,甲,,恒昌新材料,,second,", "second,乙,,恒昌新材料,,,")
    assert statuses(results) == ["changed", "changed"]
    importing.apply(session, admin, results)
    assert queries.user(session, "second").manager_id is None
    assert queries.user(session, "first").manager_id == queries.user(session, "second").id


def test_an_open_quotation_mark_is_an_error_of_its_line(session: Session, admin: Actor) -> None:
    results = planned(session, admin, "good.one,好人,,市场部,,,", 'bad.one,"坏人,,市场部,,,')
    assert statuses(results) == ["ok", "error"]
    assert "quotation mark" in said(results, 3)


def test_closed_accounts_stay_closed_and_are_mentioned(session: Session, admin: Actor) -> None:
    gone = builders.person(session, "gone", "走了")
    services.deactivate(session, admin, gone)
    results = planned(session, admin, "gone,走了,,市场部,,,", "new.one,新人,,市场部,,gone,")
    assert statuses(results) == ["changed", "ok"]
    assert "closed" in said(results, 2)
    assert "closed" in said(results, 3)
    importing.apply(session, admin, results)
    assert not gone.is_active


def test_nobody_takes_the_role_of_administrator_from_themselves(session: Session, admin: Actor) -> None:
    results = planned(session, admin, "guanli,管理员,,恒昌新材料,,,成员")
    assert statuses(results) == ["error"]
    assert ADMINISTRATOR in queries.user(session, "guanli").role_set


def test_only_administrators_plan_apply_and_hand_out_passwords(session: Session, admin: Actor) -> None:
    del admin
    actor = builders.actor_of(session, builders.person(session))
    for verb in (importing.plan, importing.apply, importing.initial_passwords):
        with pytest.raises(ForbiddenError):
            verb(session, actor, [])


def test_first_passwords_are_for_those_who_have_none(session: Session, admin: Actor) -> None:
    new = builders.person(session, "new.one", "新人")
    old = builders.person(session, "old.one", "旧人")
    gone = builders.person(session, "gone", "走了")
    services.set_password(session, admin, old, "Silica-S200mp-烟囱")
    services.deactivate(session, admin, gone)
    kept = old.password_hash
    made = importing.initial_passwords(session, admin, [new.id, old.id, gone.id])
    assert [(name, username) for name, username, _password in made] == [("新人", "new.one")]
    assert made[0][2][0].isalnum()
    assert new.password_hash
    assert old.password_hash == kept


def test_planning_costs_the_same_for_one_line_and_for_many(session: Session, admin: Actor) -> None:
    lines = [f"user.{number},人{number},,市场部,,guanli," for number in range(200)]
    assert statuses(planned(session, admin, *lines)) == ["ok"] * 200
