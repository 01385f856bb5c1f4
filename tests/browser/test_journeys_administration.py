"""An administrator keeps people and departments in order."""

from __future__ import annotations

import csv
import secrets
from typing import TYPE_CHECKING

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.steps import fresh, published, see_message

if TYPE_CHECKING:
    from tests.browser.visiting import Visitors


def test_a_person_is_added_given_a_password_and_signs_in(visit: Visitors) -> None:
    admin = visit("jinli")
    username, password = _add_person(admin, "韩小雨")
    person = visit()
    _sign_in(person, username, password)
    expect(person.get_by_role("heading", level=1)).to_contain_text("韩小雨，您好")


def test_a_closed_account_ends_at_the_next_click_and_keeps_what_was_written(visit: Visitors) -> None:
    admin, leaver, colleague = visit("jinli"), visit(), visit("lina")
    username, password = _add_person(admin, "卢平")
    _sign_in(leaver, username, password)
    title = fresh("离职交接")
    url = published(leaver, title)
    admin.goto(f"/admin/people?q={username}")
    admin.get_by_role("link", name="编辑卢平").click()
    admin.get_by_role("button", name="停用账号").click()
    admin.get_by_role("dialog").get_by_role("button", name="停用账号").click()
    see_message(admin, "卢平的账号已停用，其所写内容保留。")
    # The open session ends at the next click, and the password no longer helps.
    leaver.get_by_role("link", name="空间").first.click()
    expect(leaver.get_by_role("button", name="登录", exact=True)).to_be_visible()
    _sign_in(leaver, username, password)
    expect(leaver.get_by_role("alert")).to_have_text("用户名或密码不正确。")
    # What they wrote stays, under their name.
    colleague.goto(url)
    expect(colleague.get_by_role("heading", level=1)).to_contain_text(title)
    colleague.goto(f"/people/{username}")
    expect(colleague.get_by_role("heading", level=1)).to_contain_text("已停用")
    # The account can be opened again.
    admin.get_by_role("button", name="恢复账号").click()
    see_message(admin, "卢平的账号已重新启用。")


def test_a_table_of_people_is_tried_first_and_then_imported(visit: Visitors) -> None:
    admin = visit("jinli")
    username = f"neu.{secrets.token_hex(4)}"
    header = "用户名,姓名,部门,角色\n"
    admin.goto("/admin/people/import")
    # A line with an error holds everything back.
    _send_table(admin, f"{header}{username},顾一,技术支持部,成员\n{username}x,顾二,没有的部门,成员\n")
    expect(admin.get_by_text("1 行有错误，尚未改动任何内容。")).to_be_visible()
    expect(admin.locator("tbody tr", has_text="顾二")).to_contain_text("没有部门“没有的部门”。")
    expect(admin.get_by_role("button", name="立即导入")).to_have_count(0)
    # The corrected one is shown first and changes nothing until it is confirmed.
    _send_table(
        admin, f"{header}{username},顾一,技术支持部,成员\n{username}x,顾二,技术支持部,成员\n", "gb18030"
    )
    expect(admin.get_by_text("2 行可以导入。")).to_be_visible()
    assert admin.request.get(f"/people/{username}").status == 404
    admin.get_by_role("button", name="立即导入").click()
    expect(admin.get_by_text("已添加 2 人。")).to_be_visible()
    # First passwords come as a file, once; with one of them the new person signs in.
    with admin.expect_download() as download:
        admin.get_by_role("button", name="为 2 人生成初始密码（CSV）").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    passwords = {name: password for _name, name, password in csv.reader(lines)}
    newcomer = visit()
    _sign_in(newcomer, username, passwords[username])
    expect(newcomer.get_by_role("heading", level=1)).to_contain_text("顾一，您好")


def test_departments_are_added_renamed_moved_and_removed(visit: Visitors) -> None:
    admin = visit("jinli")
    name, renamed = fresh("新疆筹备组"), fresh("新疆办事处")
    admin.goto("/admin/departments")
    admin.locator("#new-name").fill(name)
    admin.locator("#new-parent").select_option(label=_option(admin, "技术支持部"))
    admin.get_by_role("button", name="添加").click()
    see_message(admin, "已保存。")
    entry = _change(admin, name)
    entry.get_by_role("textbox", name="部门").fill(renamed)
    entry.get_by_role("button", name="保存").click()
    expect(admin.locator(".tree > li", has_text=renamed).first).to_be_visible()
    entry = _change(admin, renamed)
    entry.get_by_label("上级部门").select_option(label=_option(admin, "营销管理部"))
    entry.get_by_role("button", name="保存").click()
    see_message(admin, "已保存。")
    chosen = _change(admin, renamed).get_by_label("上级部门").locator("option:checked")
    expect(chosen).to_contain_text("营销管理部")
    admin.locator(".tree details[open]").get_by_role("button", name="删除").click()
    admin.get_by_role("dialog").get_by_role("button", name="删除").click()
    see_message(admin, f"部门“{renamed}”已删除。")
    expect(admin.locator(".tree > li", has_text=renamed)).to_have_count(0)


def test_a_wrong_person_is_refused_in_words_and_keeps_what_was_typed(visit: Visitors) -> None:
    admin = visit("jinli")
    admin.goto("/admin/people/new")
    admin.get_by_label("用户名").fill("lina")
    admin.get_by_label("姓名").fill("另一个李娜")
    admin.get_by_role("button", name="保存").click()
    expect(admin.locator("[data-error-summary]")).to_contain_text("此用户名已被使用。")
    expect(admin.get_by_label("姓名")).to_have_value("另一个李娜")


def test_administration_is_closed_to_others(visit: Visitors) -> None:
    page = visit("lina")
    for path in ("/admin", "/admin/people", "/admin/departments"):
        answer = page.goto(path)
        assert answer
        assert answer.status in {403, 404}


def _add_person(admin: Page, name: str) -> tuple[str, str]:
    """Add somebody and set a password; both, to hand over."""
    username = f"neu.{secrets.token_hex(4)}"
    admin.goto("/admin/people/new")
    admin.get_by_label("用户名").fill(username)
    admin.get_by_label("姓名").fill(name)
    admin.locator(".ts-control").first.click()
    admin.get_by_role("listbox", name="部门").get_by_role("option", name="华东大区").click()
    admin.get_by_role("button", name="保存").click()
    see_message(admin, f"已添加{name}。")
    admin.get_by_role("button", name="设置新密码").click()
    return username, admin.locator(".secret code").inner_text()


def _sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def _send_table(admin: Page, text: str, encoding: str = "utf-8") -> None:
    table: FilePayload = {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode(encoding)}
    admin.locator("input[type=file]").set_input_files(table)
    admin.get_by_role("button", name="检查表格").click()


def _change(admin: Page, name: str) -> Locator:
    """Open the form of a department."""
    entry = admin.locator(".tree > li").filter(has=admin.locator("strong", has_text=name))
    entry.locator("summary").click()
    return entry


def _option(admin: Page, name: str) -> str:
    label = admin.locator("#new-parent option", has_text=name).first.text_content()
    assert label
    return label
