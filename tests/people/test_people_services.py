"""Verbs of people, departments and posts: the reporting line, moving, leaving, and who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.kernel.actor import ADMINISTRATOR, MEMBER
from portal.kernel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from portal.people import organisation, posts, profiles, queries, services
from portal.people.models import REGION, TEAM, Profile
from portal.people.services import PersonInput
from portal.platform import audit
from portal.platform.audit import AuditRow
from portal.platform.items import ARCHIVED, PUBLISHED
from tests import builders
from tests.builders.people import administrator

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.people.models import Department, User


@pytest.fixture
def admin(session: Session) -> Actor:
    return builders.actor_of(session, administrator(session))


def wanted(user: User, **changed: object) -> PersonInput:
    facts: dict[str, object] = {
        "username": user.username, "name": user.name, "email": user.email, "department_id": user.department_id,
        "post_id": user.post_id, "manager_id": user.manager_id, "roles": user.role_set,
    }  # fmt: skip
    return PersonInput(**{**facts, **changed})  # type: ignore[arg-type]  # the fields above


def profile(session: Session, user: User) -> Profile:
    return session.scalars(select(Profile).where(Profile.user_id == user.id)).one()


def acts(session: Session) -> list[str]:
    return list(session.scalars(select(AuditRow.act).order_by(AuditRow.id)))


def test_a_new_person_has_a_profile_and_is_on_record(session: Session, admin: Actor) -> None:
    user = builders.person(session, "li.na", "李娜", post=builders.post(session))
    found = profile(session, user)
    assert (found.title, found.state) == ("李娜", PUBLISHED)
    assert {"lina", "ln", "li.na", "销售代表"} <= set(found.names.split())
    assert "person.added" in acts(session)
    assert list(audit.verify(session)) == []
    assert profiles.username_of(session, admin, found.id) == "li.na"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "Bad Name"), ("username", "ab"), ("username", "a/b/c"), ("username", "x" * 61),
        ("name", ""), ("email", "nowhere"), ("roles", frozenset()), ("roles", frozenset({"king"})),
    ],
)  # fmt: skip
def test_details_that_do_not_fit_are_refused_by_field(
    session: Session, admin: Actor, field: str, value: object
) -> None:
    user = builders.person(session)
    with pytest.raises(InvalidError) as refused:
        services.change_person(session, admin, user, wanted(user, **{field: value}), user.version)
    assert list(refused.value.fields) == [field]


def test_a_name_to_sign_in_with_is_taken_once(session: Session) -> None:
    builders.person(session)
    with pytest.raises(InvalidError) as refused:
        builders.person(session)
    assert "username" in refused.value.fields


def test_who_saves_second_is_told(session: Session, admin: Actor) -> None:
    user = builders.person(session)
    services.change_person(session, admin, user, wanted(user, name="李明明"), 1)
    with pytest.raises(ConflictError):
        services.change_person(session, admin, user, wanted(user, name="李小明"), 1)
    assert user.name == "李明明"
    assert profile(session, user).title == "李明明"


def test_nobody_is_their_own_superior(session: Session, admin: Actor) -> None:
    top = builders.person(session, "top", "总")
    middle = builders.person(session, "middle", "中", manager=top)
    low = builders.person(session, "low", "低", manager=middle)
    for boss in (top, middle, low):
        with pytest.raises(InvalidError) as refused:
            services.change_person(session, admin, top, wanted(top, manager_id=boss.id), top.version)
        assert "manager" in refused.value.fields


def test_the_reporting_line_is_seen_with_its_depth_in_the_order_of_the_tree(session: Session) -> None:
    top = builders.person(session, "top", "赵总")
    one = builders.person(session, "one", "安一", manager=top)
    two = builders.person(session, "two", "白二", manager=top)
    below = builders.person(session, "below", "陈三", manager=one)
    builders.person(session, "beside", "丁四")
    found = [(person.username, depth) for person, depth in queries.reports(session, top.id)]
    assert found == [("one", 1), ("below", 2), ("two", 1)]
    assert queries.reports(session, below.id) == []
    assert profiles.direct_reports(session, top.id) == [("安一", "one"), ("白二", "two")]
    del two


def test_who_leaves_keeps_their_page_and_what_they_wrote(session: Session, admin: Actor) -> None:
    user = builders.person(session)
    document = builders.document(session, user, builders.space(session))
    services.deactivate(session, admin, user)
    assert profile(session, user).state == ARCHIVED
    assert document.author_id == user.id
    assert document.state == PUBLISHED
    assert [person.username for person in queries.directory(session, "李明")] == []
    assert [person.username for person in queries.directory(session, "李明", everyone=True)] == ["liming"]
    services.reactivate(session, admin, user)
    assert profile(session, user).state == PUBLISHED


def test_no_administrator_locks_themselves_out(session: Session, admin: Actor) -> None:
    with pytest.raises(InvalidError):
        services.deactivate(session, admin, queries.user(session, admin.username))


def test_only_administrators_change_people_departments_and_posts(session: Session) -> None:
    user = builders.person(session)
    actor, east, post = builders.actor_of(session, user), builders.department(session), builders.post(session)
    refused = (
        lambda: services.add_person(session, actor, wanted(user, username="new.one")),
        lambda: services.change_person(session, actor, user, wanted(user), 1),
        lambda: services.deactivate(session, actor, user),
        lambda: services.reactivate(session, actor, user),
        lambda: organisation.add_department(session, actor, "华南", REGION, east),
        lambda: organisation.change_department(session, actor, east, "华南", REGION, None),
        lambda: organisation.remove_department(session, actor, east),
        lambda: posts.add(session, actor, "店员", ""),
        lambda: posts.rename(session, actor, post, "店员", ""),
    )
    for verb in refused:
        with pytest.raises(ForbiddenError):
            verb()


def test_moving_a_department_changes_who_may_read_what_at_once(session: Session, admin: Actor) -> None:
    east, north = builders.department(session), builders.department(session, "华北大区")
    team = builders.department(session, "轮胎组", TEAM, east)
    user = builders.person(session, department=team, post=builders.post(session))
    before = builders.actor_of(session, user).tokens
    assert {f"dept:{team.id}", f"dept:{east.id}", f"dept:{east.id}+post:rep"} <= before
    organisation.change_department(session, admin, team, "轮胎组", TEAM, north)
    after = builders.actor_of(session, user).tokens
    assert f"dept:{north.id}+post:rep" in after
    assert f"dept:{team.id}" in after
    assert not [token for token in after if token.startswith(f"dept:{east.id}")]


def test_a_department_moves_with_everything_below_it(session: Session, admin: Actor) -> None:
    east, north = builders.department(session), builders.department(session, "华北大区")
    team = builders.department(session, "轮胎组", TEAM, east)
    group = builders.department(session, "小组", TEAM, team)
    organisation.change_department(session, admin, team, "轮胎组", TEAM, north)
    assert group.lineage == [builders.root(session).id, north.id, team.id, group.id]
    with pytest.raises(InvalidError) as refused:
        organisation.change_department(session, admin, team, "轮胎组", TEAM, group)
    assert "parent" in refused.value.fields


def test_a_person_who_moves_reads_as_their_new_department_does(session: Session, admin: Actor) -> None:
    east, north = builders.department(session), builders.department(session, "华北大区")
    user = builders.person(session, department=east)
    services.change_person(session, admin, user, wanted(user, department_id=north.id), user.version)
    tokens = builders.actor_of(session, user).tokens
    assert f"dept:{north.id}" in tokens
    assert f"dept:{east.id}" not in tokens


def test_departments_have_one_name_in_one_place_and_go_when_empty(session: Session, admin: Actor) -> None:
    east = builders.department(session)
    for name, kind in (("华东大区", REGION), ("", REGION), ("新", "planet")):
        with pytest.raises(InvalidError):
            organisation.add_department(session, admin, name, kind, builders.root(session))
    team = builders.department(session, "轮胎组", TEAM, east)
    with pytest.raises(InvalidError):
        organisation.remove_department(session, admin, east)
    organisation.remove_department(session, admin, team)
    organisation.remove_department(session, admin, east)
    with pytest.raises(NotFoundError):
        queries.department(session, east.id)


def test_departments_have_a_limit_of_depth(session: Session, admin: Actor) -> None:
    parent: Department = builders.root(session)
    for number in range(organisation.MAX_DEPTH - 1):
        parent = organisation.add_department(session, admin, f"层{number}", TEAM, parent)
    with pytest.raises(InvalidError):
        organisation.add_department(session, admin, "太深", TEAM, parent)


def test_posts_have_codes_that_stay(session: Session, admin: Actor) -> None:
    post = posts.add(session, admin, "大区经理", "Regional Manager")
    assert post.code == "regional-manager"
    again = posts.add(session, admin, "区域经理", "Regional Manager")
    assert again.code.startswith("regional-manager-")
    assert posts.add(session, admin, "店员", "").code.startswith("post-")
    posts.rename(session, admin, post, "大区总监", "Regional director")
    assert (post.code, post.name) == ("regional-manager", "大区总监")
    builders.person(session, post=post)
    assert {row.name: row.count for row in posts.overview(session)}["大区总监"] == 1
    for name in ("", "大区总监", "长" * 81):
        with pytest.raises(InvalidError):
            posts.add(session, admin, name, "")
    with pytest.raises(NotFoundError):
        posts.find(session, 999)


def test_one_says_and_chooses_things_for_oneself(session: Session) -> None:
    user = builders.person(session)
    actor = builders.actor_of(session, user)
    services.describe(session, actor, "做了十年\n轮胎客户")
    services.choose(session, actor, locale="en", theme="dark")
    session.flush()
    assert profiles.about(session, actor, user.id) == "做了十年\n轮胎客户"
    chosen = builders.actor_of(session, user)
    assert (chosen.locale, chosen.theme) == ("en", "dark")
    for choice in ({"locale": "de"}, {"theme": "pink"}):
        with pytest.raises(InvalidError):
            services.choose(session, actor, **choice)


def test_people_are_found_by_name_spelling_and_sign_in_name(session: Session) -> None:
    east = builders.department(session)
    builders.person(session, "wf01", "王芳", department=east)
    builders.person(session, "zs01", "张三")
    for text in ("王", "wangfang", "WF01", " 王芳 "):
        assert [person.username for person in queries.directory(session, text)] == ["wf01"]
    assert queries.directory(session, "%") == []
    assert [person.username for person in queries.directory(session, "", east)] == ["wf01"]


def test_figures_count_people_and_what_they_belong_to(session: Session, admin: Actor) -> None:
    user = builders.person(session)
    builders.post(session)
    services.deactivate(session, admin, user)
    assert profiles.figures(session) == {
        "active": 1, "closed": 1, "without_password": 1, "departments": 1, "posts": 1,
    }  # fmt: skip
    assert ADMINISTRATOR in admin.roles
    assert MEMBER in admin.roles
