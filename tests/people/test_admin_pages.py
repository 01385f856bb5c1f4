"""Administration of people: forms that lose nothing, tables that are looked at twice, and nobody else's business."""

from __future__ import annotations

import base64
import csv
import io
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from portal.people.models import Department, Post, User
from tests import builders
from tests.builders.people import administrator

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from tests.builders.browser import Browser

TABLE = "用户名,姓名,部门,上级,角色\nwang.fang,王芳,华东大区,li.qiang,成员\nli.qiang,=李强,华东大区,guanli,\n"


@pytest.fixture
def admin(client: Browser, session: Session) -> Browser:
    administrator(session)
    builders.department(session)
    builders.post(session)
    builders.person(session)
    session.commit()
    return client.sign_in("guanli")


def seen(session: Session, statement: Select[Any]) -> Any:  # noqa: ANN401 - a row of any table, or None
    """What stands in the database now; the session lets go of it at once, because SQLite has one writer."""
    session.rollback()
    found = session.scalars(statement).one_or_none()
    session.expunge_all()
    session.rollback()
    return found


def department(session: Session, name: str) -> Department:
    found: Department | None = seen(session, select(Department).where(Department.name == name))
    assert found, name
    return found


def user(session: Session, username: str) -> User:
    found: User | None = seen(session, select(User).where(User.username == username))
    assert found, username
    return found


def fields(session: Session, **changed: object) -> dict[str, object]:
    east = department(session, "华东大区")
    data: dict[str, object] = {
        "version": "1", "username": "wang.fang", "name": "王芳", "email": "wf@example.com", "department": east.id,
        "post": 0, "manager": 0, "roles": ["member"],
    }  # fmt: skip
    return {**data, **changed}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/admin"), ("get", "/admin/people"), ("get", "/admin/people/new"), ("post", "/admin/people"),
        ("get", "/admin/people/1"), ("post", "/admin/people/1"), ("post", "/admin/people/1/password"),
        ("post", "/admin/people/1/deactivation"), ("post", "/admin/people/1/reactivation"),
        ("get", "/admin/departments"), ("post", "/admin/departments"), ("post", "/admin/departments/1"),
        ("post", "/admin/departments/1/removal"), ("get", "/admin/posts"), ("post", "/admin/posts"),
        ("post", "/admin/posts/1"), ("get", "/admin/people/import"), ("post", "/admin/people/import"),
        ("get", "/admin/people/import/template.csv"), ("post", "/admin/people/import/confirmation"),
        ("post", "/admin/people/import/passwords"),
    ],
)  # fmt: skip
def test_all_of_it_is_for_administrators(admin: Browser, method: str, path: str) -> None:
    admin.sign_in("liming")
    assert getattr(admin, method)(path).status_code == 403


def test_the_front_page_says_how_things_stand(admin: Browser) -> None:
    page = admin.get("/admin").text
    assert "/admin/people/import" in page
    assert "/admin/posts" in page
    assert "<dd>2</dd>" in page


def test_people_are_filtered_by_name_department_and_state(admin: Browser, session: Session) -> None:
    liming = user(session, "liming")
    admin.post(f"/admin/people/{liming.id}/deactivation")
    for query, there in (
        ("q=liming", True),
        ("status=closed", True),
        ("status=active", False),
        ("q=nobody", False),
    ):
        page = admin.get(f"/admin/people?{query}").text.split("<table", 1)
        assert ("liming" in page[-1] if len(page) > 1 else False) == there
    east = fields(session)["department"]
    assert "liming" not in admin.get(f"/admin/people?department={east}").text.split("<main", 1)[1]


def test_a_person_is_added_changed_closed_and_opened_again(admin: Browser, session: Session) -> None:
    assert admin.get("/admin/people/new").status_code == 200
    added = admin.post("/admin/people", data=fields(session))
    made = user(session, "wang.fang")
    assert added.location == f"/admin/people/{made.id}"
    assert "wf@example.com" in admin.get(added.location).text
    changed = fields(session, name="王芳芳", manager=user(session, "guanli").id, roles=["member", "trainer"])
    assert admin.post(f"/admin/people/{made.id}", data=changed).status_code == 302
    assert user(session, "wang.fang").role_set == {"member", "trainer"}
    closed = admin.post(f"/admin/people/{made.id}/deactivation", follow_redirects=True).text
    assert f"/admin/people/{made.id}/reactivation" in closed
    assert not user(session, "wang.fang").is_active
    admin.post(f"/admin/people/{made.id}/reactivation")
    assert user(session, "wang.fang").is_active


def test_what_does_not_fit_is_said_and_nothing_entered_is_lost(admin: Browser, session: Session) -> None:
    bad: tuple[tuple[str, object], ...] = (
        ("username", "Bad Name!"), ("username", "liming"), ("email", "nowhere"), ("roles", []), ("post", 99),
    )  # fmt: skip
    for field, value in bad:
        answer = admin.post("/admin/people", data=fields(session, name="王小芳", **{field: value}))
        assert answer.status_code == 422
        assert "王小芳" in answer.text
        assert "has-error" in answer.text
    liming = user(session, "liming")
    refused = admin.post(
        f"/admin/people/{liming.id}", data=fields(session, username="liming", email="nowhere")
    )
    assert refused.status_code == 422
    assert admin.post(f"/admin/people/{liming.id}", data=fields(session, name="")).status_code == 422


def test_who_saves_second_sees_what_the_first_one_saved(admin: Browser, session: Session) -> None:
    liming = user(session, "liming")
    path = f"/admin/people/{liming.id}"
    admin.post(path, data=fields(session, username="liming", name="第一个", email="one@example.com"))
    second = admin.post(path, data=fields(session, username="liming", name="第二个", email="one@example.com"))
    assert second.status_code == 409
    assert 'value="第二个"' in second.text
    assert "第一个" in second.text
    assert user(session, "liming").name == "第一个"
    version = re.search(r'name="version"[^>]*value="(\d+)"', second.text)
    assert version
    again = fields(session, username="liming", name="第二个", version=version[1])
    assert admin.post(path, data=again).status_code == 302
    assert admin.post(path, data=fields(session, username="liming", version="x")).status_code == 409


def test_a_made_up_password_is_shown_once(admin: Browser, session: Session) -> None:
    liming = user(session, "liming")
    answer = admin.post(f"/admin/people/{liming.id}/password")
    found = re.search(r"<code>([^<]{16,})</code>", answer.text)
    assert found
    assert answer.headers["Cache-Control"] == "no-store"
    assert user(session, "liming").password_hash
    assert found[1] not in admin.get(f"/admin/people/{liming.id}").text


def test_nobody_closes_their_own_account(admin: Browser, session: Session) -> None:
    own = user(session, "guanli")
    assert admin.post(f"/admin/people/{own.id}/deactivation").status_code == 422
    assert user(session, "guanli").is_active


def test_unknown_people_departments_and_posts_are_not_there(admin: Browser, session: Session) -> None:
    assert admin.get("/admin/people/9999").status_code == 404
    assert admin.post("/admin/departments/9999", data={"name": "x"}).status_code == 404
    assert admin.post("/admin/posts/9999", data={"name": "x"}).status_code == 404
    del session


def test_departments_are_added_renamed_moved_and_removed(admin: Browser, session: Session) -> None:
    root, east = department(session, "恒昌新材料"), department(session, "华东大区")
    assert (
        admin.post(
            "/admin/departments", data={"name": "轮胎组", "parent": east.id, "kind": "team"}
        ).status_code
        == 302
    )
    team = department(session, "轮胎组")
    path = f"/admin/departments/{team.id}"
    assert admin.post(path, data={"name": "轮胎一组", "parent": root.id}).status_code == 302
    team = department(session, "轮胎一组")
    assert (team.name, team.kind, team.lineage) == ("轮胎一组", "team", [root.id, team.id])
    for data in (
        {"name": ""},
        {"name": "轮胎一组", "parent": team.id},
        {"name": "华东大区", "parent": root.id},
        {"parent": "x"},
    ):
        assert admin.post(path, data=data).status_code == 422
    assert (
        admin.post("/admin/departments", data={"name": "新", "parent": root.id, "kind": "planet"}).status_code
        == 422
    )
    assert admin.post(f"/admin/departments/{root.id}/removal").status_code == 422
    assert admin.post(f"{path}/removal").status_code == 302
    assert "轮胎一组" not in admin.get("/admin/departments").text.split("<main", 1)[1].split("toasts")[0]


def test_posts_are_added_and_renamed(admin: Browser, session: Session) -> None:
    assert (
        admin.post("/admin/posts", data={"name": "大区经理", "name_en": "Regional manager"}).status_code
        == 302
    )
    post = seen(session, select(Post).where(Post.name == "大区经理"))
    assert admin.post(f"/admin/posts/{post.id}", data={"name": "区域总监", "name_en": ""}).status_code == 302
    assert "区域总监" in admin.get("/admin/posts").text
    for data in ({"name": ""}, {"name": "销售代表"}):
        assert admin.post("/admin/posts", data=data).status_code == 422
    assert admin.post(f"/admin/posts/{post.id}", data={"name": "销售代表"}).status_code == 422


def upload(admin: Browser, data: bytes) -> TestResponse:
    return admin.post("/admin/people/import", data={"file": (io.BytesIO(data), "people.csv")})


def carried(page: str) -> str:
    found = re.search(r'name="table" value="([^"]*)"', page)
    assert found
    return unescape(found[1])


def test_a_table_is_looked_at_confirmed_and_passwords_are_handed_out_once(
    admin: Browser, session: Session
) -> None:
    looked = upload(admin, TABLE.encode("gb18030"))
    assert looked.status_code == 200
    assert seen(session, select(User).where(User.username == "wang.fang")) is None
    done = admin.post("/admin/people/import/confirmation", data={"table": carried(looked.text)})
    assert done.status_code == 200
    assert user(session, "wang.fang").manager_id == user(session, "li.qiang").id
    ids = re.search(r'name="people" value="([\d,]+)"', done.text)
    assert ids
    given = admin.post("/admin/people/import/passwords", data={"people": ids[1]})
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert given.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(given.data.decode("utf-8-sig"), newline="")))
    assert [row[1] for row in rows[1:]] == ["li.qiang", "wang.fang"]
    assert rows[1][0] == "'=李强"
    again = admin.post(
        "/admin/people/import/passwords", data={"people": ids[1] + ",x,٣,99999999999999999999"}
    )
    assert len(list(csv.reader(io.StringIO(again.data.decode("utf-8-sig"))))) == 1


def test_a_table_is_checked_again_when_it_is_confirmed(admin: Browser, session: Session) -> None:
    table = carried(upload(admin, TABLE.encode()).text)
    east = department(session, "华东大区")
    admin.post(f"/admin/departments/{east.id}", data={"name": "东部", "parent": east.parent_id})
    refused = admin.post("/admin/people/import/confirmation", data={"table": table})
    assert refused.status_code == 422
    assert "华东大区" in refused.text
    assert seen(session, select(User).where(User.username == "wang.fang")) is None


def test_a_table_with_errors_cannot_be_confirmed(admin: Browser) -> None:
    table = TABLE + "x,,火星部,,\n"
    looked = upload(admin, table.encode())
    assert looked.status_code == 200
    assert 'name="table"' not in looked.text
    assert "火星部" in looked.text
    forced = admin.post(
        "/admin/people/import/confirmation", data={"table": base64.b64encode(table.encode()).decode()}
    )
    assert forced.status_code == 422


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"a,b\n1,2", b"x" * (6 << 20)])
def test_files_that_are_no_table_get_a_sentence(admin: Browser, data: bytes) -> None:
    answer = upload(admin, data)
    assert answer.status_code == 422
    assert "notice-bad" in answer.text


def test_a_missing_or_broken_table_gets_a_sentence(admin: Browser) -> None:
    assert admin.post("/admin/people/import", data={}).status_code == 422
    for table in ("", "%%%", "AAEC"):
        assert admin.post("/admin/people/import/confirmation", data={"table": table}).status_code == 422


def test_unknown_columns_are_named_and_a_template_is_there(admin: Browser) -> None:
    looked = upload(admin, "用户名,姓名,部门,工号\nwang.fang,王芳,华东大区,7\n".encode())
    assert "工号" in looked.text
    template = admin.get("/admin/people/import/template.csv")
    assert template.mimetype == "text/csv"
    assert template.data.decode("utf-8-sig").startswith('"用户名"')
    assert admin.get("/admin/people/import").status_code == 200
