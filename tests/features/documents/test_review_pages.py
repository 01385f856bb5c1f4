"""Review through the browser: what each page offers, refuses and shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from portal.content.notices.models import Notice
from portal.features.documents import services
from portal.features.documents.importing import Importer
from portal.features.documents.models import Document
from portal.features.documents.reviews.models import ChangeRequest, Step
from portal.features.documents.reviews.reminding import tell_outdated
from portal.features.documents.services import DocumentInput
from portal.platform.extraction import Source
from portal.platform.items import DRAFT, IN_REVIEW, PUBLISHED
from tests import builders
from tests.builders.browser import Browser
from tests.builders.documents import manuscript
from tests.builders.moments import ZONE
from tests.builders.people import administrator
from tests.builders.reviews import reviewed, submitted, suggestion

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from portal.content.spaces.models import Space
    from portal.factory import Portal
    from portal.people.models import User

BODY = "第一段。\n\n第二段。\n\n第三段。"


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def editor(session: Session) -> User:
    return builders.person(session, "linyue", "林悦")


@pytest.fixture
def space(session: Session, editor: User) -> Space:
    second = builders.person(session, "chenxi", "陈曦")
    return reviewed(session, builders.space(session, editors=[editor, second]))


@pytest.fixture
def writing(app: Flask, author: User, space: Space) -> Browser:
    del space
    return opened(app, author)


@pytest.fixture
def deciding(app: Flask, editor: User, space: Space) -> Browser:
    del space
    return opened(app, editor)


def opened(app: Flask, user: User) -> Browser:
    made = app.test_client()
    assert isinstance(made, Browser)
    return made.sign_in(user.username)


def save(browser: Browser, space: Space, path: str = "/documents", **fields: Any) -> TestResponse:  # noqa: ANN401
    sent = {"title": "题目", "body": BODY, "space": space.id, "tags": "", "action": "publish", **fields}
    return browser.post(path, data=sent)


def only(session: Session) -> ChangeRequest:
    return session.scalars(select(ChangeRequest)).one()


@pytest.mark.databases
def test_publishing_sends_for_review_and_an_editor_publishes(
    writing: Browser, deciding: Browser, space: Space, session: Session
) -> None:
    assert "送审" in writing.get(f"/documents/new?space={space.key}").text
    where = save(writing, space).headers["Location"]
    document = session.scalars(select(Document)).one()
    assert document.state == IN_REVIEW
    shown = writing.get(where).text
    assert "正在等待审核" in shown
    assert "通过并发布" not in shown
    assert "/approval" in deciding.get(where).text
    request = only(session)
    answer = deciding.post(f"/reviews/{request.id}/approval", data={"seen": document.version})
    assert answer.headers["Location"] == where
    session.refresh(document)
    assert document.state == PUBLISHED
    again = deciding.post(f"/reviews/{request.id}/approval", data={"seen": document.version})
    assert again.status_code == 409


def test_sending_back_needs_a_reason_which_the_author_reads(
    writing: Browser, deciding: Browser, space: Space, session: Session
) -> None:
    where = save(writing, space).headers["Location"]
    request = only(session)
    refused = deciding.post(f"/reviews/{request.id}/return", data={"body": "  "})
    assert refused.status_code == 422
    assert 'id="reason-error"' in refused.text
    hostile = "<script>alert(1)</script>请补批号"
    assert deciding.post(f"/reviews/{request.id}/return", data={"body": hostile}).status_code == 302
    shown = writing.get(where).text
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in writing.get(f"/reviews/{request.id}").text
    assert deciding.get(where).status_code == 404
    assert writing.post(f"{where}/review").status_code == 302
    session.refresh(request)
    assert request.state == "open"


def test_an_author_goes_on_writing_while_it_waits(
    writing: Browser, deciding: Browser, space: Space, session: Session
) -> None:
    where = save(writing, space).headers["Location"]
    request = only(session)
    saved = save(writing, space, where, body="改过了。", version=1)
    assert saved.status_code == 302
    assert session.scalars(select(Document.state)).one() == IN_REVIEW
    assert "送审后又作了修改" in deciding.get(f"/reviews/{request.id}").text
    assert deciding.post(f"/reviews/{request.id}/approval", data={"seen": 1}).status_code == 409
    assert deciding.post(f"/reviews/{request.id}/approval", data={"seen": 2}).status_code == 302


def test_editing_what_others_read_leads_to_a_suggestion(
    writing: Browser, deciding: Browser, space: Space, session: Session, editor: User
) -> None:
    document = builders.document(session, editor, space, body=BODY)
    path = f"/documents/{document.id}"
    assert writing.get(f"{path}/edit").headers["Location"] == f"{path}/suggestion"
    form = writing.get(f"{path}/suggestion").text
    assert "第二段。" in form
    assert f'action="{path}/suggestions"' in form
    fields = {"version": 1, "note": "补一句", "submission": "a-form", "title": document.title}
    changed = BODY.replace("第二段。", "第二段，写明批号。")
    first = save(writing, space, f"{path}/suggestions", body=changed, **fields)
    second = save(writing, space, f"{path}/suggestions", body=changed, **fields)
    assert first.headers["Location"] == second.headers["Location"]
    assert session.scalar(select(func.count()).select_from(ChangeRequest)) == 1
    page = deciding.get(first.headers["Location"]).text
    assert "写明批号" in page
    assert "补一句" in page
    assert "<ins>" in page
    assert writing.get(f"{path}/suggestion").status_code == 302
    assert deciding.post(f"/reviews/{only(session).id}/approval", data={"seen": 1}).status_code == 302
    session.refresh(document)
    assert (document.body, document.version) == (changed, 2)


def test_a_suggestion_without_a_change_comes_back(
    writing: Browser, space: Space, session: Session, editor: User
) -> None:
    document = builders.document(session, editor, space, body=BODY)
    path = f"/documents/{document.id}/suggestions"
    same = save(writing, space, path, title=document.title, version=1)
    assert same.status_code == 422
    assert "内容与原文相同" in same.text
    empty = save(writing, space, path, title="", body="写了很久", version=1)
    assert empty.status_code == 422
    assert "写了很久" in empty.text
    assert session.scalar(select(func.count()).select_from(ChangeRequest)) == 0


def test_outdated_is_shown_merged_and_then_approved(
    deciding: Browser, space: Space, session: Session, author: User, editor: User
) -> None:
    document = builders.document(session, editor, space, body=BODY)
    request = suggestion(session, author, document, BODY.replace("第一段", "第一段，补充"))
    save(
        deciding,
        space,
        f"/documents/{document.id}",
        title=document.title,
        body=BODY.replace("第三段", "第三段，新的"),
        version=1,
    )
    shown = deciding.get(f"/reviews/{request.id}").text
    assert "起已过时" in shown
    assert "/approval" not in shown
    assert f'action="/reviews/{request.id}/update"' in shown
    assert "已过时" in deciding.get("/reviews").text
    assert deciding.post(f"/reviews/{request.id}/approval", data={"seen": 1}).status_code == 409
    assert deciding.post(f"/reviews/{request.id}/update").status_code == 302
    session.refresh(request)
    assert (request.base_version, request.version) == (2, 2)
    assert deciding.post(f"/reviews/{request.id}/approval", data={"seen": 2}).status_code == 302
    session.refresh(document)
    assert document.body == BODY.replace("第一段", "第一段，补充").replace("第三段", "第三段，新的")


def test_what_both_changed_takes_who_proposed_it(
    writing: Browser, deciding: Browser, space: Space, session: Session, author: User, editor: User
) -> None:
    document = builders.document(session, editor, space, body=BODY)
    request = suggestion(session, author, document, BODY.replace("第一段", "作者改的"))
    theirs = DocumentInput(manuscript(document.title, BODY.replace("第一段", "编辑改的")), space.id)
    services.edit(session, builders.actor_of(session, editor), document, theirs, 1)
    path = f"/reviews/{request.id}"
    assert deciding.post(f"{path}/update").status_code == 409
    assert f'{path}/update"' not in deciding.get(path).text
    form = writing.get(f"{path}/edit").text
    assert "作者改的" in form
    assert "编辑改的" in form
    fields = {"title": document.title, "version": 2, "own_version": 1}
    kept = BODY.replace("第一段", "两人都要的")
    assert save(writing, space, path, body=kept, **fields).status_code == 302
    assert save(writing, space, path, body=kept, **fields).status_code == 409
    session.refresh(request)
    assert (request.base_version, request.body) == (2, kept)


def test_the_author_of_an_outdated_change_is_told_once(
    portal: Portal, space: Space, session: Session, author: User, editor: User
) -> None:
    document = builders.document(session, editor, space, body=BODY)
    suggestion(session, author, document, "改掉")
    theirs = DocumentInput(manuscript("新题目", BODY), space.id)
    services.edit(session, builders.actor_of(session, editor), document, theirs, 1)
    session.commit()
    for _ in range(2):
        tell_outdated(portal.sessions, portal.settings, builders.NOW)
    told = select(func.count()).where(Notice.user_id == author.id, Notice.event == "review.outdated")
    assert session.scalar(told) == 1


def test_remarks_are_said_once_and_only_by_those_who_take_part(
    app: Flask, writing: Browser, deciding: Browser, space: Space, session: Session, author: User
) -> None:
    draft = builders.document(session, author, space, state=DRAFT)
    request = submitted(session, author, draft)
    path = f"/reviews/{request.id}"
    for _ in range(2):
        deciding.post(f"{path}/remarks", data={"body": "批号**写全**了吗？", "submission": "one"})
    assert session.scalar(select(func.count()).where(Step.verb == "remark")) == 1
    assert "<strong>写全</strong>" in writing.get(path).text
    assert deciding.post(f"{path}/remarks", data={"body": ""}).status_code == 422
    stranger = opened(app, builders.person(session, "wangfang", "王芳"))
    assert stranger.post(f"{path}/remarks", data={"body": "我来看看"}).status_code == 404


def test_an_editor_takes_a_request_on(
    deciding: Browser, space: Space, session: Session, author: User, editor: User
) -> None:
    request = submitted(session, author, builders.document(session, author, space, state=DRAFT))
    path = f"/reviews/{request.id}"
    assert deciding.post(f"{path}/reviewer", data={"reviewer": editor.id}).status_code == 302
    assert deciding.post(f"{path}/reviewer", data={"reviewer": author.id}).status_code == 422
    assert f'href="{path}"' in deciding.get("/reviews?taken=1").text
    assert f'href="{path}"' not in deciding.get("/reviews?space=99999999999999999").text
    assert deciding.get("/reviews?cursor=x&tab=y&space=z").status_code == 200


def test_a_long_queue_is_paged_oldest_first(
    deciding: Browser, space: Space, session: Session, author: User
) -> None:
    for number in range(23):
        draft = builders.document(session, author, space, f"第 {number:02} 份", state=DRAFT)
        submitted(session, author, draft)
    first = deciding.get("/reviews").text
    assert first.index("第 00 份") < first.index("第 19 份")
    assert "第 20 份" not in first
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = deciding.get(following).text
    assert "第 22 份" in second
    back = second.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "第 00 份" in deciding.get(back).text


def test_files_come_in_as_drafts(
    portal: Portal, space: Space, session: Session, author: User, tmp_path: Path
) -> None:
    session.commit()
    file = tmp_path / "案例.md"
    file.write_text("# 案例\n\n第一版", "utf-8")
    importer = Importer(portal.sessions, ZONE, author.id, space.id)
    outcome = importer.one(Source(file.name, file))
    assert (outcome.status, outcome.reason) == ("imported", "as_draft")
    file.write_text("# 案例\n\n第二版", "utf-8")
    assert (
        Importer(portal.sessions, ZONE, author.id, space.id).one(Source(file.name, file)).status == "updated"
    )
    assert session.scalars(select(Document.state)).one() == DRAFT


def test_a_space_that_reviews_needs_an_editor(app: Flask, session: Session, space: Space) -> None:
    browser = opened(app, administrator(session))
    fields = {"name": space.name, "audience": ["all"], "needs_review": "y", "about": ""}
    assert browser.post(f"/spaces/{space.key}", data=fields).status_code == 422
    assert 'name="needs_review"' in browser.get(f"/spaces/{space.key}/edit").text
