"""Names after an @: found in running Chinese, kept readable, told to whom may read, once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content.mentions.typed import settled
from portal.content.notices.models import Notice
from portal.content.replies import services as replies
from portal.features.documents import services as documents
from portal.features.documents.services import DocumentInput
from portal.kernel.errors import InvalidError
from portal.kernel.markup import plain_text, render
from portal.people.models import Department
from tests import builders
from tests.builders.documents import manuscript
from tests.builders.notices import told

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.builders.browser import Browser

KNOWN = {
    "李娜": ("李娜", "user:lina"),
    "lina": ("李娜", "user:lina"),
    "李明天": ("李明天", "user:limt"),
    "李明": ("李明", "user:liming"),
    "华东大区": ("华东大区", "dept:4"),
}
LINA = "@[李娜](user:lina)"


def lookup(names: Collection[str]) -> dict[str, tuple[str, str]]:
    return {name: KNOWN[name] for name in names if name in KNOWN}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("请@李娜看一下", f"请{LINA}看一下"),
        ("请 @李娜 看一下", f"请 {LINA} 看一下"),
        ("＠李娜，请看", f"{LINA}，请看"),
        ("@Lina please", f"{LINA} please"),
        ("@李明天来", "@[李明天](user:limt)来"),
        ("@李明明天来", "@[李明](user:liming)明天来"),
        ("通知@华东大区所有人", "通知@[华东大区](dept:4)所有人"),
        ("- @李娜\n- @李明", f"- {LINA}\n- @[李明](user:liming)"),
        (f"{LINA} 再说", f"{LINA} 再说"),
        # Not a name that is known, or no name at all.
        ("@linab", "@linab"),
        ("@王五", "@王五"),
        ("lina@李娜.cn 和 a@lina", "lina@李娜.cn 和 a@lina"),
        ("https://a.cn/@lina", "https://a.cn/@lina"),
        (r"\@李娜", r"\@李娜"),
        ("`@李娜` 是代码", "`@李娜` 是代码"),
        ("```\n@李娜\n```\n@李娜", f"```\n@李娜\n```\n{LINA}"),
        ("@", "@"),
        ("@@@@", "@@@@"),
    ],
)
def test_typed_names_are_kept_in_a_form_that_needs_no_list(typed: str, kept: str) -> None:
    assert settled(typed, lookup) == kept
    assert settled(kept, lookup) == kept


def test_the_kept_form_is_a_link_and_plain_text_says_the_name() -> None:
    made = render(f"请{LINA}和@[华东大区](dept:4)看 `{LINA}` \\{LINA}")
    first, second = re.findall(r"<a ([^>]*)>@", made.html)
    assert 'href="/people/lina"' in first
    assert 'class="mention"' in first
    assert 'href="/people?department=4"' in second
    assert "请<a " in made.html
    assert made.mentions == ("user:lina", "dept:4")
    assert plain_text(f"请{LINA}看") == "请@李娜看"


@pytest.mark.parametrize(
    "hostile",
    [
        "@[<script>alert(1)</script>](user:lina)",
        '@[a" onclick="x](user:lina)',
        "@[a](user:../../admin)",
        "@[a](user:javascript:alert)",
        "@[a](dept:99999999999)",
        "@[a](user:x%0d%0a)",
    ],
)
def test_hostile_names_stay_harmless(hostile: str) -> None:
    html = render(hostile).html
    assert "<script" not in html
    assert "onclick=" not in html.replace("&quot;", "").split(">", 1)[0]
    assert "javascript:" not in html.split("</a>")[0].split("href=")[-1] or "href" not in html


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳")


@pytest.fixture
def lina(session: Session) -> User:
    return builders.person(session, "lina", "李娜", department=builders.department(session))


@pytest.fixture
def space(session: Session) -> Space:
    return builders.space(session)


def edit(session: Session, author: User, document: Document, body: str) -> None:
    wanted = DocumentInput(manuscript(document.title, body), document.space_id or 0)
    documents.edit(session, builders.actor_of(session, author), document, wanted, document.version)


def test_whoever_is_named_hears_of_it_when_it_is_published_and_once(
    session: Session, author: User, lina: User, space: Space
) -> None:
    document = builders.document(session, author, space, body=f"请{LINA}看", state="draft")
    assert told(session, lina) == []
    documents.publish(session, builders.actor_of(session, author), document)
    assert told(session, lina) == ["mention.document"]
    edit(session, author, document, f"请{LINA}再看一遍")
    assert told(session, lina) == ["mention.document"]


def test_whoever_is_named_later_hears_of_it_then(
    session: Session, author: User, lina: User, space: Space
) -> None:
    document = builders.document(session, author, space)
    edit(session, author, document, f"请{LINA}看")
    assert told(session, lina) == ["mention.document"]
    answer = builders.reply(session, author, document, "试过了。")
    actor = builders.actor_of(session, author)
    replies.change(session, actor, answer, manuscript(body=f"试过了，{LINA}。"), 1)
    replies.change(session, actor, answer, manuscript(body=f"试过了，{LINA}！"), 2)
    assert told(session, lina) == ["mention.document", "mention.reply"]


def test_a_department_means_everybody_in_it_and_below(
    session: Session, author: User, lina: User, space: Space
) -> None:
    team = builders.department(session, "轮胎组", "team", lina_department(session, lina))
    below = builders.person(session, "liming", "李明", department=team)
    builders.document(session, author, space, body=f"@[华东大区](dept:{lina.department_id}) 注意")
    assert told(session, lina) == ["mention.document"]
    assert told(session, below) == ["mention.document"]
    assert told(session, author) == []


def lina_department(session: Session, lina: User) -> Department:
    return session.scalars(select(Department).where(Department.id == lina.department_id)).one()


def test_many_at_once_are_for_editors(session: Session, author: User, lina: User, space: Space) -> None:
    for number in range(31):
        builders.person(session, f"rep-{number}", f"销售{number}", department=lina_department(session, lina))
    text = f"@[华东大区](dept:{lina.department_id}) 注意"
    session.commit()
    with pytest.raises(InvalidError, match="32"):
        builders.document(session, author, space, body=text)
    session.rollback()
    editor = builders.person(session, "linyue", "林悦")
    own = builders.space(session, "own", "自己的", editors=[editor])
    builders.document(session, editor, own, body=text)
    assert len(session.scalars(select(Notice)).all()) >= 31


def test_the_writer_is_told_who_cannot_read_it_and_they_are_not_told(
    client: Browser, session: Session, author: User, lina: User
) -> None:
    closed = builders.space(session, "closed", "内部", readers=[f"user:{author.id}"], editors=[author])
    data = {"title": "底价", "body": "请@李娜看一下，还有@华东大区", "space": closed.id, "action": "publish"}
    page = client.sign_in("wangfang").post("/documents", data=data, follow_redirects=True).text
    assert "李娜看不到这份内容，所以没有通知。" in page
    assert "华东大区有 1 人看不到这份内容，没有通知他们。" in page
    assert 'class="mention"' in page
    assert told(session, lina) == []


def test_a_reply_names_somebody_as_typed(
    client: Browser, session: Session, author: User, lina: User, space: Space
) -> None:
    document = builders.document(session, author, space)
    client.sign_in("wangfang").post(f"/items/{document.id}/replies", data={"body": "@李娜你怎么看？"})
    assert told(session, lina) == ["mention.reply"]
    assert 'class="mention"' in client.get(f"/documents/{document.id}").text


def test_the_list_finds_names_spellings_and_departments(client: Browser, author: User, lina: User) -> None:
    client.sign_in("wangfang")
    for typed in ("李", "lina", "ln", "娜"):
        assert client.get(f"/mentions?q={typed}").json["found"][0]["text"] == f"{LINA} "  # type: ignore[index]
    found = client.get("/mentions?q=华东").json["found"]  # type: ignore[index]
    assert found == [
        {"name": "华东大区", "detail": "1 人", "text": f"@[华东大区](dept:{lina.department_id}) "}
    ]
    assert client.get("/mentions?q=%00%25_").json == {"found": []}
    del author


def test_a_name_that_two_people_have_is_left_for_the_list(
    client: Browser, session: Session, author: User, lina: User, space: Space
) -> None:
    builders.person(session, "lina2", "李娜")
    document = builders.document(session, author, space)
    client.sign_in("wangfang").post(f"/items/{document.id}/replies", data={"body": "@李娜你怎么看？"})
    assert told(session, lina) == []
