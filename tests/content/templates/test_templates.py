"""Templates: their versions, their rights, and documents made by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from portal.content.records import Revision
from portal.content.templates import filling, fillings, queries, records, services, shipped, suggesting
from portal.content.templates.fields import Field
from portal.content.templates.filling import Filled
from portal.content.templates.models import FieldValue, Filling, Template
from portal.content.templates.records import Narrowing
from portal.features.documents import services as documents
from portal.features.documents.services import DocumentInput
from portal.kernel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from portal.platform.search import service
from portal.platform.search.syntax import parse
from tests import builders
from tests.builders import templates as build
from tests.builders.documents import manuscript
from tests.builders.people import administrator

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.factory import Portal
    from portal.people.models import User


@pytest.mark.databases
def test_what_is_filled_in_is_kept_as_data_with_its_version_and_its_title(
    session: Session, keeper: User, author: User, space: Space
) -> None:
    template = build.template(session, keeper)
    typed = {
        "visited": "2026年11月20日", "volume": "１２ 吨", "price": "5,400", "purpose": "送样", "companion": "林悦",
        "promises": [{"what": "寄样", "due": "2026/12/1", "who": "lina"}, {"what": ""}],
    }  # fmt: skip
    document = build.filled(session, author, space, template, typed)
    assert document.title == "华北大区-北辰轮胎-拜访-20261120"
    stored = session.scalars(select(Filling)).one()
    assert stored.values["price"] == {"amount": "5400", "currency": "CNY"}
    assert stored.values["promises"] == [
        {"what": "寄样", "due": "2026-12-01", "who": {"id": author.id, "username": "lina", "name": "李娜"}}
    ]
    revision = session.scalars(select(Revision).where(Revision.item_id == document.id)).one()
    assert revision.data["filled"]["values"] == stored.values
    rows = {row.key: row for row in session.scalars(select(FieldValue))}
    assert (rows["volume"].number, rows["promises.due"].day.isoformat(), rows["companion"].ref) == (  # type: ignore[union-attr]
        12.0, "2026-12-01", keeper.id,
    )  # fmt: skip


def test_a_document_saved_without_a_word_about_its_fields_keeps_them(
    session: Session, keeper: User, author: User, space: Space
) -> None:
    document = build.filled(session, author, space, build.template(session, keeper), {"volume": "3"})
    actor = builders.actor_of(session, author)
    documents.edit(session, actor, document, DocumentInput(manuscript("新题目", "新文"), space.id), 1)
    assert session.scalars(select(Filling)).one().values["volume"] == "3"
    newest = session.scalars(
        select(Revision).where(Revision.item_id == document.id, Revision.version == 2)
    ).one()
    assert [each.text for each in queries.of_revision(session, newest.data)] == ["北辰轮胎", "3 吨"]


def test_what_does_not_fit_is_said_field_by_field_and_nothing_is_saved(
    session: Session, keeper: User, author: User, space: Space
) -> None:
    template = build.template(session, keeper)
    typed = {"customer": "", "volume": "很多", "visited": "昨天", "promises": [{"due": "2026-01-01"}]}
    with pytest.raises(InvalidError) as refused:
        build.filled(session, author, space, template, typed)
    assert set(refused.value.fields) == {"field-customer", "field-volume", "field-visited", "field-promises"}
    assert session.scalar(select(func.count()).select_from(Filling)) == 0


@pytest.mark.databases
def test_a_changed_template_leaves_its_documents_alone_until_they_are_lifted(
    session: Session, keeper: User, author: User, space: Space
) -> None:
    template = build.template(session, keeper)
    document = build.filled(
        session, author, space, template, {"volume": "3", "remark": "旧备注", "rival": "蓝峰"}
    )
    newer = [
        Field("customer", "客户名称", "customer", required=True),
        Field("rival", "对手", "choice", choices=("华铂", "瑞盖")),
        Field("volume", "月用量", "number", unit="吨"),
        Field("mood", "气氛", "choice", required=True, choices=("好", "坏")),
    ]
    wanted = build.wanted(keeper, fields=newer, pattern="{customer}")
    services.change(session, builders.actor_of(session, keeper), template, wanted, 1)
    actor = builders.actor_of(session, author)
    found = queries.facts(session, actor, document.id)
    assert found
    assert found.definition.fields[0].label == "客户"
    assert (found.filling.template_version, found.newest) == (1, 2)
    newest = fillings.definition(session, template.id, 2)
    assert newest
    from_here = Filled(template.id, 2, {"customer": "北辰轮胎", "volume": "3", "mood": "好"})
    lifted = filling_of(session, found, newest, from_here)
    documents.edit(
        session, actor, document, DocumentInput(manuscript(document.title), space.id, filled=lifted), 1
    )
    stored = session.scalars(select(Filling)).one()
    assert stored.template_version == 2
    assert stored.values == {"customer": "北辰轮胎", "volume": "3", "mood": "好"}
    assert stored.former == [["对手", "蓝峰"], ["备注", "旧备注"]]


def filling_of(session: Session, found: queries.Facts, newest: fillings.Definition, sent: Filled) -> Filled:
    return filling.lifted(session, found, newest, sent.typed)


def test_two_people_changing_a_template_lose_nothing(session: Session, keeper: User) -> None:
    template = build.template(session, keeper)
    actor = builders.actor_of(session, keeper)
    services.change(session, actor, template, build.wanted(keeper, "甲"), 1)
    with pytest.raises(ConflictError):
        services.change(session, actor, template, build.wanted(keeper, "乙"), 1)
    assert (template.title, template.version) == ("甲", 2)
    assert template.pattern == build.PATTERN


def test_who_may_make_and_change_templates(
    session: Session, keeper: User, author: User, space: Space
) -> None:
    with pytest.raises(ForbiddenError):
        build.template(session, author)
    editor = builders.person(session, "bian", "编辑")
    own = builders.space(session, "own", "自己的空间", editors=[editor])
    with pytest.raises(ForbiddenError):
        build.template(session, editor)
    made = build.template(session, editor, space=own)
    assert made.space_id == own.id
    offered = build.template(session, keeper)
    with pytest.raises(ForbiddenError):
        services.change(session, builders.actor_of(session, editor), offered, build.wanted(editor), 1)
    handed = build.wanted(author)
    services.change(session, builders.actor_of(session, keeper), offered, handed, 1)
    services.change(session, builders.actor_of(session, author), offered, build.wanted(author, "新名"), 2)
    services.set_default(session, builders.actor_of(session, editor), own, offered.id)
    assert queries.default_of(session, builders.actor_of(session, author), own.id) == offered.id
    with pytest.raises(ForbiddenError):
        services.set_default(session, builders.actor_of(session, author), space, offered.id)


def test_an_archived_template_is_offered_no_longer_but_still_read(
    session: Session, keeper: User, author: User, space: Space
) -> None:
    template = build.template(session, keeper)
    document = build.filled(session, author, space, template, {"volume": "3"})
    services.archive(session, builders.actor_of(session, keeper), template)
    actor = builders.actor_of(session, author)
    assert queries.offered(session, actor) == []
    with pytest.raises(ForbiddenError):
        build.filled(session, author, space, template, {})
    again = Filled(template.id, 1, {"customer": "北辰轮胎", "volume": "4"})
    documents.edit(session, actor, document, DocumentInput(manuscript("题"), space.id, filled=again), 1)
    assert session.scalars(select(Filling)).one().values["volume"] == "4"


def test_a_template_that_one_may_not_read_cannot_be_used(
    session: Session, keeper: User, author: User, space: Space
) -> None:
    closed = builders.space(session, "closed", "关起来的", readers=[f"user:{keeper.id}"])
    template = build.template(session, keeper, space=closed)
    with pytest.raises(NotFoundError):
        build.filled(session, author, space, template, {})
    with pytest.raises(NotFoundError):
        build.filled(session, author, space, build.template(session, keeper), {}, title="题", state="draft").id and (
            documents.create(
                session, builders.actor_of(session, author),
                DocumentInput(manuscript("题"), space.id, filled=Filled(template.id, 1, {})),
            )
        )  # fmt: skip


@pytest.mark.databases
def test_a_table_of_all_is_filtered_and_sorted_under_the_rule(
    session: Session, keeper: User, author: User, space: Space
) -> None:
    template = build.template(session, keeper)
    for number, (customer, volume, day) in enumerate(
        [("北辰轮胎", "30", "2026-10-03"), ("北辰 轮胎", "7", "2026-10-20"), ("信合橡胶", "100", "2026-11-01"), ("信合橡胶", "", "2026-09-30")]
    ):  # fmt: skip
        typed = {
            "customer": customer,
            "volume": volume,
            "visited": day,
            "promises": [{"what": f"事{number}"}],
        }
        build.filled(session, author, space, template, typed)
    mine = f"user:{author.id}"
    build.filled(session, author, space, template, {"volume": "1"}, readers=[mine])
    definition = fillings.definition(session, template.id, 1)
    assert definition

    def volumes(who: User, **more: object) -> list[str]:
        wanted = Narrowing(typed=dict(more.pop("typed", {})), **more)  # type: ignore[arg-type, call-overload]
        page, problems = records.page(session, builders.actor_of(session, who), definition, wanted, None)
        assert problems == []
        return [row.texts["volume"] for row in page.rows]

    assert len(volumes(author)) == 5
    assert len(volumes(keeper)) == 4
    october = {"customer": "北辰轮胎", "visited.from": "2026-10-01", "visited.to": "2026年10月31日"}
    assert set(volumes(keeper, typed=october)) == {"30 吨", "7 吨"}
    assert volumes(keeper, sort="volume") == ["100 吨", "30 吨", "7 吨", ""]
    assert volumes(keeper, sort="volume", ascending=True) == ["", "7 吨", "30 吨", "100 吨"]
    assert volumes(keeper, typed={"volume.from": "8", "volume.to": "５０"}) == ["30 吨"]


def test_a_filter_that_is_no_date_is_said_and_left_out(session: Session, keeper: User) -> None:
    template = build.template(session, keeper)
    definition = fillings.definition(session, template.id, 1)
    assert definition
    wanted = Narrowing(typed={"visited.from": "昨天"})
    _page, problems = records.page(session, builders.actor_of(session, keeper), definition, wanted, None)
    assert len(problems) == 1


def test_fields_are_found_by_the_search(
    session: Session, keeper: User, author: User, space: Space, portal: Portal, worker: Callable[[], int]
) -> None:
    document = build.filled(
        session, author, space, build.template(session, keeper), {"rival": "琥珀化工"}, title="题"
    )
    session.commit()
    worker()
    found = service.search(session, builders.actor_of(session, keeper), portal.engine, parse("琥珀化工"))
    assert [hit.item_id for hit in found.found.hits] == [document.id]


def test_suggestions_come_from_what_one_may_read(
    session: Session, keeper: User, author: User, space: Space
) -> None:
    template = build.template(session, keeper)
    build.filled(session, author, space, template, {"customer": "信合橡胶"})
    build.filled(session, author, space, template, {"customer": "保密客户"}, readers=[f"user:{author.id}"])
    assert suggesting.suggestions(session, builders.actor_of(session, keeper), "customer") == ["信合橡胶"]
    assert set(suggesting.suggestions(session, builders.actor_of(session, author), "customer")) == {
        "信合橡胶",
        "保密客户",
    }


def test_ten_templates_ship_and_are_installed_once(session: Session) -> None:
    admin = administrator(session)
    actor = builders.actor_of(session, admin)
    files = shipped.read()
    assert len(files) == 10
    assert shipped.install(session, actor, files).added == 10
    assert shipped.install(session, actor, files) == shipped.Installed()
    offered = queries.offered(session, actor)
    assert len(offered) == 10
    assert all(template.fields and template.about and template.label_en for template in offered)


def test_a_shipped_template_is_renewed_unless_its_keeper_has_changed_it(session: Session) -> None:
    actor = builders.actor_of(session, administrator(session))
    files = shipped.read()
    shipped.install(session, actor, files)
    renewed = [shipped.Shipped(file.key, "newer", {**file.facts, "about": "新"}, file.body) for file in files]
    changed = session.scalars(select(Template).where(Template.shipped == "visit-record")).one()
    services.change(
        session, actor, changed, build.wanted(builders.person(session, "bao"), "我们的拜访记录"), 1
    )
    assert shipped.install(session, actor, renewed) == shipped.Installed(0, 9)
    assert changed.title == "我们的拜访记录"
    assert session.scalar(select(func.count()).select_from(Template).where(Template.version == 2)) == 10


@pytest.mark.parametrize(
    "fields",
    [
        [Field("a", "甲"), Field("a", "乙")],
        [Field("A", "甲")],
        [Field("region", "甲")],
        [Field("a", "")],
        [Field("a", "甲", "choice", choices=("一",))],
        [Field("a", "甲", "table")],
        [Field("a", "甲", "table", columns=(Field("b", "乙", "table", columns=(Field("c", "丙"),)),))],
        [Field("a", "甲", "unknown")],
        [Field(f"a{number}", "甲") for number in range(31)],
    ],
)
def test_fields_that_cannot_be_used_are_refused(session: Session, keeper: User, fields: list[Field]) -> None:
    with pytest.raises(InvalidError) as refused:
        build.template(session, keeper, fields=fields, pattern="")
    assert refused.value.fields["fields"]
