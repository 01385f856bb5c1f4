"""Two people save one document: what fits together is put together, what does not is asked about, nothing is lost."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from portal.content.cards import tags_of
from portal.content.records import Revision
from portal.content.templates.filling import Filled
from portal.features.documents import services
from portal.features.documents.services import DocumentInput
from tests import builders
from tests.builders.documents import manuscript
from tests.builders.templates import made_by
from tests.builders.writing import edited

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from portal.content.templates.models import Template
    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.builders.browser import Browser

BASE = "先核对合同。\n\n- 样品\n- 报价\n\n再约客户见面。"
INPUT = re.compile(r'<input type="(hidden|radio)" name="([^"]+)" value="([^"]*)"([^>]*)>')
AREA = re.compile(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?([^<]*)</textarea>')
TEXT = re.compile(r'<input class="form-control" type="text" id="[^"]+" name="([^"]+)" value="([^"]*)"')


@pytest.fixture
def editor(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳")


@pytest.fixture
def document(session: Session, editor: User) -> Document:
    space = builders.space(session, editors=[editor])
    return builders.document(session, builders.person(session), space, "交接", body=BASE, tags=["轮胎"])


def save(client: Browser, document: Document, **fields: Any) -> TestResponse:  # noqa: ANN401
    seen = {"title": "交接", "body": BASE, "space": document.space_id, "tags": "轮胎", "version": 1}
    sent = {**seen, "seen": str(document.space_id), "action": "publish", "submission": "mine", **fields}
    return client.post(f"/documents/{document.id}", data=sent)


def filled(page: str, **chosen: str) -> dict[str, list[str]]:
    """What a browser would send of the form of a conflict, with these choices."""
    form = page[page.index("data-conflict") :]
    sent: dict[str, list[str]] = {}
    for kind, name, value, rest in INPUT.findall(form):
        if kind == "hidden" or "checked" in rest:
            sent.setdefault(name, []).append(unescape(value))
    for name, value in (*AREA.findall(form), *TEXT.findall(form)):
        sent[name] = [unescape(value)]
    return sent | {name: [value] for name, value in chosen.items()}


def finish(client: Browser, document: Document, page: str, **chosen: str) -> TestResponse:
    return client.post(f"/documents/{document.id}", data=filled(page, **chosen))


@pytest.mark.databases
def test_changes_that_fit_together_are_shown_and_saved_with_one_press(
    client: Browser, document: Document, editor: User, session: Session
) -> None:
    edited(session, editor, document, BASE.replace("报价", "报价\n- 账期"), tags=["轮胎", "客诉"])
    client.sign_in("liming")
    page = save(
        client, document, body=BASE.replace("合同", "合同与附件").replace("\n", "\r\n"), title="交接清单"
    )
    assert page.status_code == 409
    assert all(words in page.text for words in ("王芳", "取自您的改动", "取自对方的改动", "没有内容丢失"))
    assert "双方都改了这里" not in page.text
    assert finish(client, document, page.text).status_code == 302
    session.refresh(document)
    assert document.body == BASE.replace("合同", "合同与附件").replace("报价", "报价\n- 账期")
    assert (document.title, document.version) == ("交接清单", 3)
    assert set(tags_of(session, [document.id])[document.id]) == {"轮胎", "客诉"}


@pytest.mark.parametrize(
    ("pick", "expected"),
    [
        ("mine", "先核对合同与附件。"), ("theirs", "先核对合同和账期。"),
        ("both", "先核对合同与附件。\n\n先核对合同和账期。"), ("own", "先核对合同、附件和账期。"),
    ],
)  # fmt: skip
def test_a_paragraph_that_both_changed_is_chosen(
    client: Browser, document: Document, editor: User, session: Session, pick: str, expected: str
) -> None:
    edited(session, editor, document, BASE.replace("合同", "合同和账期"), tags=["轮胎"])
    client.sign_in("liming")
    page = save(client, document, body=BASE.replace("合同", "合同与附件")).text
    assert "双方都改了这里" in page
    chosen = {"pick:part-0": pick, "own:part-0": "先核对合同、附件和账期。"}
    assert finish(client, document, page, **chosen).status_code == 302
    session.refresh(document)
    assert document.body == BASE.replace("先核对合同。", expected)


def test_a_title_that_both_changed_is_chosen(
    client: Browser, document: Document, editor: User, session: Session
) -> None:
    edited(session, editor, document, BASE, title="王芳的题目", tags=["轮胎"])
    client.sign_in("liming")
    page = save(client, document, title="李明的题目").text
    finish(client, document, page, **{"pick:title": "theirs"})
    session.refresh(document)
    assert document.title == "王芳的题目"


def test_readers_that_somebody_else_chose_stay_chosen(
    client: Browser, document: Document, editor: User, session: Session
) -> None:
    edited(session, editor, document, BASE, readers=[f"user:{editor.id}"], tags=["轮胎"])
    client.sign_in("liming")
    finish(client, document, save(client, document, body=BASE + "\n\n加一段。").text)
    session.refresh(document)
    assert [grant.token for grant in document.grants] == [f"user:{editor.id}"]
    assert document.body.endswith("加一段。")


def test_the_merged_text_can_be_edited_first(
    client: Browser, document: Document, editor: User, session: Session
) -> None:
    edited(session, editor, document, BASE + "\n\n王芳加的。", tags=["轮胎"])
    client.sign_in("liming")
    page = save(client, document, body="李明加的。\n\n" + BASE).text
    editing = finish(client, document, page, then="edit")
    assert editing.status_code == 200
    assert all(words in editing.text for words in ("李明加的。", "王芳加的。", "data-editor"))
    session.refresh(document)
    assert document.version == 2


def test_a_third_person_makes_another_conflict_upon_the_merged_text(
    client: Browser, document: Document, editor: User, session: Session
) -> None:
    edited(session, editor, document, BASE + "\n\n王芳加的。", tags=["轮胎"])
    client.sign_in("liming")
    first = save(client, document, body="李明加的。\n\n" + BASE).text
    edited(session, editor, document, document.body + "\n\n王芳又加的。", tags=["轮胎"])
    second = finish(client, document, first)
    assert second.status_code == 409
    assert finish(client, document, second.text).status_code == 302
    session.refresh(document)
    assert all(words in document.body for words in ("李明加的。", "王芳加的。", "王芳又加的。"))


def test_a_form_sent_twice_says_that_it_is_saved(client: Browser, document: Document) -> None:
    client.sign_in("liming")
    assert save(client, document, body="改好了").status_code == 302
    again = save(client, document, body="改好了")
    assert again.status_code == 409
    assert "无需再保存" in again.text


def test_a_version_nobody_could_have_seen_is_no_ground_and_shows_nothing(
    client: Browser, session: Session, editor: User
) -> None:
    """An editor who names a version from before the publication gets no word of it."""
    author, space = builders.person(session), builders.space(session, editors=[editor])
    draft = builders.document(session, author, space, "题", body="绝密的草稿。", state="draft")
    edited(session, author, draft, "可以公开的。")
    client.sign_in("liming").post(f"/documents/{draft.id}/publication")
    client.sign_in("wangfang")
    page = save(client, draft, body="我写的。", version=1)
    assert page.status_code == 409
    assert "绝密" not in page.text
    assert "可以公开的。" in page.text


def test_every_saved_version_stays_in_the_history(
    client: Browser, document: Document, editor: User, session: Session
) -> None:
    edited(session, editor, document, "王芳的全文", tags=["轮胎"])
    client.sign_in("liming")
    finish(client, document, save(client, document, body="李明的全文").text)
    kept = select(Revision.body).where(Revision.item_id == document.id).order_by(Revision.version)
    bodies = session.scalars(kept).all()
    assert bodies[:2] == [BASE, "王芳的全文"]
    assert all(words in bodies[2] for words in ("李明的全文", "王芳的全文"))


def given(template: Template, **typed: str) -> dict[str, str]:
    """What the form of a document made by a template sends."""
    fields = {"customer": "北辰轮胎", "visited": "2026-11-10", "volume": "3", **typed}
    sent = {f"field-{key}": text for key, text in fields.items()}
    return {**sent, "template": str(template.id), "template_version": "1"}


def test_fields_of_a_template_are_merged_one_by_one(
    client: Browser, document: Document, editor: User, session: Session
) -> None:
    template = made_by(session, document)
    filled = Filled(template.id, 1, {"customer": "北辰轮胎", "visited": "2026-11-12", "volume": "5"})
    wanted = DocumentInput(manuscript("交接", BASE, ["轮胎"]), document.space_id or 0, filled=filled)
    services.edit(session, builders.actor_of(session, editor), document, wanted, 2)
    client.sign_in("liming")
    mine = given(template, customer="北辰轮胎（华北）", volume="4")
    page = save(client, document, version=2, **mine).text
    assert page.count("双方都改了这里") == 1
    assert finish(client, document, page, **{"pick:field-volume": "theirs"}).status_code == 302
    kept = select(Revision.data).where(Revision.item_id == document.id).order_by(Revision.version.desc())
    values = session.scalars(kept).first()["filled"]["values"]  # type: ignore[index]
    assert (values["customer"], values["visited"], values["volume"]) == (
        "北辰轮胎（华北）",
        "2026-11-12",
        "5",
    )
