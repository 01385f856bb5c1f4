"""People look each other up: everything they see of each other goes through the access rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.people import services
from portal.people.models import Profile, User
from tests import builders
from tests.builders.people import administrator

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from portal.people.models import Department
    from tests.builders.browser import Browser


@pytest.fixture
def east(session: Session) -> Department:
    """A region with a manager, two reps below them, one of them indirectly, and what they wrote in two spaces."""
    region = builders.department(session)
    boss = builders.person(session, "boss", "赵总", department=region)
    wang = builders.person(
        session, "wang.fang", "王芳", department=region, manager=boss, post=builders.post(session)
    )
    builders.person(session, "li.na", "李娜", manager=wang)
    everyone, closed = (
        builders.space(session),
        builders.space(session, "inner", "内部", readers=[f"dept:{region.id}"]),
    )
    shown = builders.document(session, wang, everyone, "公开的经验")
    builders.document(session, wang, closed, "内部的价格")
    builders.document(session, wang, everyone, "没写完的草稿", state="draft")
    builders.reply(session, wang, shown)
    session.commit()
    return region


def main(page: str) -> str:
    """What a page says beside its frame."""
    return page.split("<main", 1)[1].split("</main>", 1)[0]


def test_the_directory_finds_by_name_spelling_and_department(client: Browser, east: Department) -> None:
    client.sign_in("li.na")
    page = client.get("/people").text
    assert page.index("李娜") < page.index("王芳") < page.index("赵总")
    assert "/people/wang.fang" in client.get("/people?q=wangf").text
    assert "/people/li.na" not in main(client.get("/people?q=wangf").text)
    below = main(client.get(f"/people?department={east.id}").text)
    assert "/people/wang.fang" in below
    assert "/people/li.na" not in below


def test_odd_filters_do_no_harm(client: Browser, east: Department) -> None:
    client.sign_in("li.na")
    for query in (
        "q=%00",
        "q=%25",
        "department=x",
        "department=" + "9" * 40,
        "page=-1",
        "page=9999999999",
        "page=٣",
    ):
        assert client.get(f"/people?{query}").status_code == 200
    del east


def test_a_person_shows_only_what_the_reader_may_read(client: Browser, east: Department) -> None:
    client.sign_in("boss")
    own = client.get("/people/wang.fang").text
    assert "公开的经验" in own
    assert "内部的价格" in own
    assert "没写完的草稿" not in own
    client.sign_in("li.na")
    page = client.get("/people/wang.fang").text
    assert "公开的经验" in page
    assert "内部的价格" not in page
    replies = client.get("/people/wang.fang?tab=replies").text
    assert "公开的经验" in replies
    assert "赵总" in page
    assert "李娜" in page
    del east


def test_counts_are_those_of_the_reader(client: Browser, east: Department) -> None:
    client.sign_in("li.na")
    one = client.get("/people?q=王芳").text
    client.sign_in("boss")
    two = client.get("/people?q=王芳").text
    count = '<td class="num" data-label="文档">{}</td>'
    assert count.format(1) in one or ">1</td>" in one
    assert ">2</td>" in two
    del east


def test_who_left_keeps_a_page(client: Browser, session: Session, east: Department) -> None:
    admin = builders.actor_of(session, administrator(session))
    services.deactivate(
        session, admin, session.scalars(select(User).where(User.username == "wang.fang")).one()
    )
    session.commit()
    client.sign_in("boss")
    assert "公开的经验" in client.get("/people/wang.fang").text
    assert "/people/wang.fang" not in main(client.get("/people").text)
    del east


def test_unknown_people_are_not_there(client: Browser, east: Department) -> None:
    client.sign_in("boss")
    assert client.get("/people/nobody").status_code == 404
    assert client.get("/people/items/999999").status_code == 404
    del east


def test_the_item_of_a_person_leads_to_their_page(
    client: Browser, session: Session, east: Department
) -> None:
    client.sign_in("boss")
    profile_id = session.scalars(select(Profile.id).where(Profile.title == "王芳")).one()
    session.rollback()
    assert client.get(f"/people/items/{profile_id}").location == "/people/wang.fang"
    assert client.get(f"/items/{profile_id}").location == f"/people/items/{profile_id}"
    del east


def test_a_manager_sees_direct_and_indirect_reports(client: Browser, east: Department) -> None:
    client.sign_in("boss")
    page = main(client.get("/team").text)
    assert page.index("王芳") < page.index("李娜")
    assert "内部的价格" in page
    assert "没写完的草稿" not in page
    client.sign_in("li.na")
    alone = client.get("/team")
    assert alone.status_code == 200
    assert "/people/wang.fang" not in main(alone.text)
    del east


@pytest.mark.parametrize("path", ["/people", "/team", "/people/wang.fang", "/people?q=%E4%BA%BA"])
def test_lists_ask_as_often_for_fifty_as_for_one(
    client: Browser, app: Flask, session: Session, east: Department, path: str
) -> None:
    client.sign_in("boss")
    client.get(path)
    with builders.queries(app) as few:
        client.get(path)
    boss = session.scalars(select(User).where(User.username == "boss")).one()
    wang = session.scalars(select(User).where(User.username == "wang.fang")).one()
    space = builders.space_of(session, "handbook")
    for number in range(50):
        made = builders.person(
            session, f"user.{number}", f"人{number}", department=east, manager=(boss, wang)[number % 2]
        )
        builders.document(session, made, space, f"文档{number}")
        builders.document(session, wang, space, f"王芳的文档{number}")
    session.commit()
    with builders.queries(app) as many:
        assert client.get(path).status_code == 200
    assert len(many) == len(few) <= 15


def test_long_lists_are_turned_over_page_by_page(client: Browser, session: Session, east: Department) -> None:
    for number in range(120):
        builders.person(session, f"user.{number}", f"人{number:03}", department=east)
    session.commit()
    client.sign_in("boss")
    first = client.get("/people?q=人").text
    assert "人099" in first
    assert "人100" not in first
    assert "page=2" in first
    assert "人100" in client.get("/people?q=人&page=2").text
