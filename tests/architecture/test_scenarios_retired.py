"""Who learns of a retired phrase in what: scenarios 52 and 53 of `permissions.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.content.retired import queries
from portal.kernel.actor import MEMBER, PUBLISHER
from tests import builders
from tests.builders.phrases import look_through, retired

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.factory import Portal
    from tests.builders.browser import Browser

OLD = "现在的含税价 12,800 元，十天内有效。"


def test_52_findings_and_figures_hold_what_one_may_read(
    portal: Portal, client: Browser, session: Session
) -> None:
    publisher = builders.person(session, "linyue", "林悦", roles=frozenset({MEMBER, PUBLISHER}))
    author = builders.person(session, "wangfang", "王芳")
    space = builders.space(session)
    builders.document(session, author, space, "公开的报价", body=OLD)
    hidden = builders.document(
        session, author, space, "只给自己的报价", body=OLD, readers=[f"user:{author.id}"]
    )
    draft = builders.document(session, author, space, "草稿里的报价", body=OLD, state="draft")
    phrase = retired(session, publisher)
    look_through(portal, session, phrase)
    page = client.sign_in("linyue").get(f"/retired/{phrase.id}").get_data(as_text=True)
    assert "公开的报价" in page
    assert hidden.title not in page
    assert draft.title not in page
    assert queries.counts(session, builders.actor_of(session, publisher))[phrase.id].total == 1
    assert queries.counts(session, builders.actor_of(session, author))[phrase.id].total == 3
    for item in (hidden, draft):
        address = f"/retired/{phrase.id}/items/{item.id}"
        assert client.post(f"{address}/excuse", data={"reason": "x"}).status_code == 404
        assert client.post(f"{address}/accusation").status_code == 404


def test_53_whoever_loses_access_loses_the_findings_at_once(
    portal: Portal, client: Browser, session: Session
) -> None:
    publisher = builders.person(session, "linyue", "林悦", roles=frozenset({MEMBER, PUBLISHER}))
    author = builders.person(session, "wangfang", "王芳")
    east = builders.department(session)
    reader = builders.person(session, "zhaolei", "赵磊", department=east)
    space = builders.space(session, readers=[f"dept:{east.id}"], editors=[author])
    document = builders.document(session, author, space, "华东的报价", body=OLD)
    phrase = retired(session, publisher)
    look_through(portal, session, phrase)
    client.sign_in("zhaolei")
    assert document.title in client.get(f"/retired/{phrase.id}").get_data(as_text=True)
    reader.department_id = builders.root(session).id
    assert document.title not in client.get(f"/retired/{phrase.id}").get_data(as_text=True)
    assert queries.counts(session, builders.actor_of(session, reader)) == {}
