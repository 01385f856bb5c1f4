"""A rep looks for an answer, finds it, and adds what she knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.serving import PASSWORD
from tests.browser.steps import fresh, posted, published, search_until_found, see_message

if TYPE_CHECKING:
    from tests.browser.visiting import Visitors


def test_a_rep_types_two_characters_reads_the_answer_and_replies(visit: Visitors) -> None:
    # She signs in by name and password.
    page = visit()
    page.goto("/")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.get_by_label("用户名").fill("lina")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="李娜，您好")).to_be_visible()
    # Two characters bring the document that answers.
    page.get_by_role("searchbox", name="搜索").fill("结块")
    page.keyboard.press("Enter")
    first = page.locator("[data-row]", has=page.locator(".counts")).first
    expect(first.locator("mark").first).to_have_text("结块")
    replies_before = int(first.locator(".counts span[aria-hidden]").nth(1).inner_text())
    title = first.locator(".row-title").inner_text()
    first.locator(".row-title").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    # She replies, and the reply stands in the thread.
    said = fresh("我们这边也是先对库存，再答日期。")
    page.locator("#reply-body").fill(said)
    page.get_by_role("button", name="发送回复").click()
    expect(page.locator(".reply", has_text=said)).to_contain_text("李娜")
    expect(page.locator("#replies-title")).to_contain_text(str(replies_before + 1))
    # The lists count it.
    page.goto("/search?q=结块")
    titled = page.locator("[data-row]").filter(has=page.get_by_role("link", name=title, exact=True))
    row = titled.filter(has=page.locator(".counts")).first  # a file of the document is found beside it
    expect(row.locator(".counts")).to_contain_text(f"{replies_before + 1} 条回复")
    # The reply itself is found, and says where it belongs.
    search_until_found(page, f'"{said}"', text=title)


def test_a_wrong_password_says_nothing_about_the_name(visit: Visitors) -> None:
    page = visit()
    said = []
    for name in ("lina", "nobody.at.all"):
        page.goto("/sign-in")
        page.get_by_label("用户名").fill(name)
        page.get_by_label("密码").fill("wrong")
        page.get_by_role("button", name="登录", exact=True).click()
        said.append(page.get_by_role("alert").inner_text())
    assert said == ["用户名或密码不正确。"] * 2


def test_answers_to_a_reply_are_set_below_it_edited_and_taken_back(visit: Visitors) -> None:
    rep, colleague = visit("lina"), visit("wangqiang")
    url = published(rep, fresh("催货电话怎么接"), "客户催货时先说什么？")
    colleague.goto(url)
    colleague.locator("#reply-body").fill("先报在途。")
    colleague.get_by_role("button", name="发送回复").click()
    # The author answers the colleague, below the reply.
    rep.goto(url)
    rep.locator(".reply").get_by_role("link", name="回复 给王强").click()
    rep.get_by_label("回复王强").fill("在途要报到站名吗？")
    rep.get_by_role("button", name="发送回复").click()
    below = rep.locator(".reply-children .reply")
    expect(below).to_contain_text("在途要报到站名吗？")
    # She corrects it.
    below.get_by_role("link", name="编辑").click()
    rep.get_by_label("我的回复").fill("在途要报到哪一站？")
    rep.get_by_role("button", name="保存").click()
    expect(below).to_contain_text("在途要报到哪一站？")
    expect(below).to_contain_text("已编辑")
    # The colleague takes his own back; the answer below it stays.
    colleague.goto(url)
    colleague.locator(".reply-tools").get_by_role("button", name="删除").first.click()
    colleague.get_by_role("dialog").get_by_role("button", name="删除").click()
    see_message(colleague, "回复已删除。")
    expect(colleague.locator(".replies")).not_to_contain_text("先报在途。")
    expect(colleague.locator(".replies")).to_contain_text("在途要报到哪一站？")


def test_the_counts_stand_on_every_list(visit: Visitors) -> None:
    author, reader = visit("lina"), visit("wangqiang")
    title = fresh("同一天两个客户结块")
    url = published(author, title)
    posted(reader, url.replace("/documents/", "/items/") + "/replies", body="我也遇到过。")
    search_until_found(reader, f'"{title}"')
    for path in (reader.url, "/", "/spaces/techniques", "/people/lina"):
        reader.goto(path)
        row = reader.locator("[data-row]", has_text=title).first
        expect(row.locator(".counts")).to_contain_text("0 次阅读")
        expect(row.locator(".counts")).to_contain_text("1 条回复")
