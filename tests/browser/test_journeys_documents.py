"""The life of a document among its readers: read, withdrawn, archived, deleted, brought back."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.steps import (
    choose_in_menu,
    fresh,
    published,
    search_until_found,
    search_until_gone,
    see_message,
)

if TYPE_CHECKING:
    from tests.browser.visiting import Visitors


def test_a_reading_counts_once_for_another_person_and_the_author_sees_whose(visit: Visitors) -> None:
    author, reader = visit("lina"), visit("wangqiang")
    url = published(author, fresh("雨季装车"))
    sent: list[str] = []
    reader.on("request", lambda request: sent.append(request.url) if "/readings" in request.url else None)
    reader.clock.install(time=dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC))
    reader.clock.pause_at(dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC))
    # A glance is no reading.
    reader.goto(url)
    reader.clock.run_for(2_900)
    assert sent == []
    # After three seconds it is one; a second look on the same day adds nothing.
    for _look in range(2):
        reader.goto(url)
        with reader.expect_response("**/readings"):
            reader.clock.run_for(3_000)
    # The author's own do not count.
    with author.expect_response("**/readings"):
        author.goto(url)
    author.reload()
    expect(author.locator(".doc-meta .counts")).to_contain_text("1 次阅读")
    author.get_by_label("更多操作").click()
    author.get_by_role("link", name="阅读情况").click()
    expect(author.locator("tbody tr")).to_have_count(1)
    expect(author.locator("tbody tr")).to_contain_text("王强")
    # Others do not see who reads.
    answer = reader.goto(f"{url}/readers")
    assert answer
    assert answer.status == 403


def test_withdrawing_hides_a_document_and_undo_brings_it_back(visit: Visitors) -> None:
    author, reader = visit("lina"), visit("wangqiang")
    title = fresh("撤回样例")
    url = published(author, title)
    search_until_found(reader, f'"{title}"')
    author.goto(url)
    choose_in_menu(author, "撤回为草稿")
    see_message(author, "已撤回，恢复为草稿。")
    # Access is decided by the database, so the index needs no moment.
    reader.goto(f'/search?q="{title}"')
    expect(reader.get_by_role("status").first).to_contain_text("0 条结果")
    author.locator(".toast-note").get_by_role("button", name="撤销").click()
    see_message(author, "已发布。")
    search_until_found(reader, f'"{title}"', text=title)


def test_an_archived_document_leaves_the_lists_and_stays_readable(visit: Visitors) -> None:
    author, reader = visit("lina"), visit("wangqiang")
    title = fresh("归档样例")
    url = published(author, title)
    author.goto(url)
    choose_in_menu(author, "归档")
    expect(author.get_by_text("这篇文档已归档，内容可能过时。")).to_be_visible()
    search_until_gone(reader, f'"{title}"', title)
    search_until_found(reader, f'"{title}" 状态:已归档', text=title)
    reader.goto("/spaces/techniques?state=archived")
    expect(reader.get_by_role("link", name=title)).to_be_visible()
    reader.goto("/spaces/techniques")
    expect(reader.get_by_role("link", name=title)).to_have_count(0)
    author.get_by_role("button", name="恢复", exact=True).click()
    see_message(author, "已发布。")
    reader.reload()
    expect(reader.get_by_role("link", name=title)).to_be_visible()


def test_a_deleted_document_is_gone_until_it_is_brought_back(visit: Visitors) -> None:
    author, reader = visit("lina"), visit("wangqiang")
    title = fresh("删除样例")
    url = published(author, title)
    search_until_found(reader, f'"{title}"')
    author.goto(url)
    choose_in_menu(author, "删除")
    see_message(author, "已删除。")
    expect(author).to_have_url(re.compile("/spaces"))
    answer = reader.goto(url)
    assert answer
    assert answer.status == 404
    reader.goto(f'/search?q="{title}"')
    expect(reader.get_by_role("link", name=title)).to_have_count(0)
    author.locator(".toast-note").get_by_role("button", name="撤销").click()
    see_message(author, "文档已恢复。")
    reader.goto(url)
    expect(reader.get_by_role("heading", level=1)).to_contain_text(title)


def test_a_confirmation_may_be_refused(visit: Visitors) -> None:
    page = visit("lina")
    page.goto(published(page, fresh("留着")))
    page.get_by_label("更多操作").click()
    page.get_by_role("button", name="删除", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="取消").click()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("留着")


def test_neighbours_and_backlinks_stand_beside_a_document(visit: Visitors) -> None:
    page = visit("lina")
    target_title, source_title = fresh("密封胶选型"), fresh("密封胶选型的后续")
    target = published(page, target_title, tags="密封胶选型")
    path = "/documents/" + target.rsplit("/", 1)[1]
    source = published(page, source_title, f"见 [选型]({path})。", tags="密封胶选型")
    page.goto(target)
    aside = page.get_by_role("complementary")
    expect(aside.get_by_role("heading", name="被引用于")).to_be_visible()
    aside.get_by_role("link", name=source_title).first.click()
    expect(page).to_have_url(source)
    expect(page.get_by_role("complementary").get_by_role("link", name=target_title)).to_be_visible()


def test_a_draft_space_of_others_does_not_exist_for_a_rep(visit: Visitors) -> None:
    page = visit("lina")
    answer = page.goto("/spaces/board")
    assert answer
    assert answer.status == 404
    expect(page.get_by_role("heading", name="这里没有内容")).to_be_visible()
