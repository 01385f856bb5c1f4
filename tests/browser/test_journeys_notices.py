"""People are told: the bell, the inbox, a name after an @, following and stopping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.steps import fresh, posted, published, see_message, write_text
from tests.browser.visiting import PHONE

if TYPE_CHECKING:
    from tests.browser.visiting import Visitors


def test_a_reply_rings_the_bell_and_opening_the_notice_reads_it(visit: Visitors) -> None:
    author, colleague = visit("wangqiang"), visit("lina")
    title = fresh("滦河来料检验要点")
    url = published(author, title)
    posted(colleague, f"/items/{url.rsplit('/', 1)[1]}/replies", body="我这边也是这样。")
    author.goto("/")
    bell = author.get_by_role("link", name="收件箱，")
    expect(bell.locator(".bell-count")).to_be_visible()
    bell.click()
    author.get_by_role("button", name=f"李娜回复了您的《{title}》").click()
    expect(author.locator(".reply", has_text="我这边也是这样。")).to_be_visible()
    author.goto("/inbox")
    expect(author.get_by_role("button", name=f"李娜回复了您的《{title}》")).to_have_count(0)
    author.get_by_role("link", name="全部", exact=True).click()
    expect(author.get_by_role("button", name=f"李娜回复了您的《{title}》")).to_be_visible()


def test_all_are_marked_as_read_and_that_is_undone(visit: Visitors) -> None:
    author, colleague = visit("wangqiang"), visit("lina")
    url = published(author, fresh("一篇待回复的"))
    posted(colleague, f"/items/{url.rsplit('/', 1)[1]}/replies", body="收到。")
    author.goto("/inbox")
    before = author.locator(".notice-row").count()
    assert before
    author.get_by_role("button", name="全部标为已读").click()
    expect(author.get_by_text("您已经读完了")).to_be_visible()
    author.get_by_role("button", name="撤销").click()
    expect(author.locator(".notice-row")).to_have_count(before)


def test_a_name_is_chosen_by_keyboard_in_a_reply(visit: Visitors) -> None:
    page, colleague = visit("lina"), visit("wangqiang")
    page.goto(published(page, fresh("请同事看的文档")))
    field = page.locator("#reply-body")
    field.click()
    field.press_sequentially("请@wangq")
    options = page.get_by_role("listbox", name="同事和部门").get_by_role("option")
    expect(options.first).to_contain_text("王强")
    field.press("Enter")
    expect(field).to_have_value("请@[王强](user:wangqiang) ")
    field.press_sequentially("看看")
    page.get_by_role("button", name="发送回复").click()
    expect(page.locator(".reply a.mention")).to_have_text("@王强")
    colleague.goto("/inbox?group=mentions")
    expect(colleague.locator(".notice-row").first).to_contain_text("李娜在")


def test_a_name_is_chosen_in_the_editor_and_escape_closes_the_list(visit: Visitors) -> None:
    page = visit("lina")
    page.goto("/documents/new")
    write_text(page, "请")
    page.keyboard.type("@陈")
    box = page.get_by_role("listbox", name="同事和部门")
    expect(box).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    page.keyboard.type("曦")
    expect(box.get_by_role("option", name="陈曦")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".CodeMirror-line")).to_contain_text("请@[陈曦](user:chenxi)")


def test_a_name_is_touched_on_a_phone(visit: Visitors) -> None:
    page = visit("lina", **PHONE)
    page.goto(published(page, fresh("手机上提到同事")))
    field = page.locator("#reply-body")
    field.tap()
    field.press_sequentially("@chenx")
    option = page.get_by_role("listbox").get_by_role("option", name="陈曦")
    expect(option).to_be_in_viewport()
    option.tap()
    expect(field).to_have_value("@[陈曦](user:chenxi) ")


def test_following_and_stopping_with_a_way_back_without_a_script(visit: Visitors) -> None:
    page = visit("jiangtao", java_script_enabled=False)
    page.goto("/spaces/techniques")
    page.get_by_role("button", name="关注", exact=True).click()
    see_message(page, "已关注，有新动态会进收件箱。")
    expect(page.get_by_role("button", name="已关注")).to_be_visible()
    page.goto("/following")
    page.get_by_role("button", name="取消关注“销售技巧切磋”").click()
    see_message(page, "已取消关注。")
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("link", name="销售技巧切磋")).to_be_visible()
