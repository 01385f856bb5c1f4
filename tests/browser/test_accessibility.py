"""Nothing stands in anybody's way: axe finds no violation of WCAG 2.2 AA, and no page is wider than a phone."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import axe_playwright_python
import pytest

from tests.browser.steps import fresh, posted, published
from tests.browser.visiting import DESK, PHONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.visiting import Visitors

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCREENS = [(DESK["viewport"], "light"), (PHONE["viewport"], "dark")]
STILL: dict[str, Any] = {"reduced_motion": "reduce"}

NOBODYS = ["/sign-in", "/sign-in?next=/search"]
REPS = [
    *("/favourites", "/reading-list", "/bin", "/people/lina?select=1", "/people/lina?tab=drafts"),
    *("/drafts", "/items/1/revisions", "/items/1/revisions/1..1", "/items/1/revisions/1"),
    *("/verification?tab=most_read", "/verification?tab=doubted", "/verification?tab=left"),
    *(
        "/",
        "/spaces",
        "/spaces/product",
        "/spaces/product?sort=most_read",
        "/spaces/training?tag=没有这个标签",
    ),
    *("/spaces/techniques?state=archived", "/documents/new", "/imports/new", "/people", "/people?q=zzz"),
    *("/reviews", "/reviews?tab=mine", "/reviews/1", "/reviews/5", "/reviews/5/edit"),
    *("/must-reads", "/must-reads?tab=followed", "/questions", "/questions?tab=for-me", "/questions/new"),
    *(
        "/people/lina",
        "/people/chenxi",
        "/team",
        "/settings",
        "/settings/tokens",
        "/inbox",
        "/inbox?show=all",
        "/following",
        "/settings/notices",
        "/help",
        "/api/docs",
    ),
    *("/search", "/search?q=白炭黑", "/search?q=齉龘", "/search?q=---", "/search?q=chenxi", "/nowhere"),
]
ADMINS = [
    *("/verification", "/verification?tab=spaces", "/spaces/policy/verification"),
    *("/admin", "/admin/people", "/admin/people?q=zzz", "/admin/people/new", "/admin/people/18"),
    *("/admin/people/import", "/admin/departments", "/admin/posts", "/spaces/new", "/spaces/market/edit"),
]
ENGLISH = ["/", "/documents/new", "/search?q=白炭黑", "/settings", "/help", "/nowhere"]


@functools.cache
def axe() -> str:
    """The source of axe, which comes with its Python package."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


def look(page: Page) -> list[str]:
    """What is wrong with the page as it stands, on a desk by day and on a phone by night."""
    wrong = []
    page.evaluate(axe())
    for size, scheme in SCREENS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
        page.wait_for_function("() => document.getAnimations().length === 0")
        wrong += [f"{page.url} {size['width']} {scheme}: {found}" for found in _violations(page)]
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            wrong.append(f"{page.url} is {width} wide on a screen of {size['width']}")
    return wrong


def _violations(page: Page) -> list[str]:
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{rule['id']} {node['target']} {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def look_at(page: Page, paths: list[str]) -> list[str]:
    """What is wrong with the pages at these addresses."""
    wrong = []
    for path in paths:
        page.goto(path)
        wrong += look(page)
    return wrong


@pytest.mark.parametrize(
    ("username", "paths"),
    [
        pytest.param("", NOBODYS, id="nobody"),
        *(pytest.param("lina", REPS[start::3], id=f"rep-{start}") for start in range(3)),
        pytest.param("jinli", ADMINS, id="administrator"),
    ],
)
def test_pages(visit: Visitors, username: str, paths: list[str]) -> None:
    assert look_at(visit(username, **STILL), paths) == []


def test_pages_in_english(visit: Visitors) -> None:
    page = visit("zhengkai", **STILL)
    posted(page, "/settings/language", locale="en")
    assert look_at(page, ENGLISH) == []
    posted(page, "/settings/language", locale="zh_Hans_CN")


RICH = """## 一、指标

| 项目 | 一等品指标 | 合格品指标 | 检测方法 | 取样地点 | 取样频次 |
| --- | --- | --- | --- | --- | --- |
| 水分 | ≤ 6.0% | ≤ 7.0% | 105 ℃ 两小时 | 包装线 | 每班一次 |

- [x] 已做
- [ ] 未做

> 引文[^1]，见 [说明](https://example.com/a)。

```python
print("白炭黑")
```

```mermaid
flowchart LR
  A[下单] --> B[发货]
```

## 二、储运

**粗体**与*着重*，`行内代码`，H~2~O。

## 三、价格

一。

## 四、其他

[^1]: 脚注。
"""


def test_a_document_with_everything_in_it(visit: Visitors) -> None:
    author, reader = visit("lina", **STILL), visit("wangqiang", **STILL)
    url = published(author, fresh("什么都有的一篇"), RICH, tags="指标,储运")
    replies = url.replace("/documents/", "/items/") + "/replies"
    posted(reader, replies, body="第一条回复，带 `代码`。")
    posted(author, replies, body="第二条回复。")
    author.goto(url)
    author.get_by_role("img", name="图").wait_for()
    assert look(author) == []
    assert look_at(author, [f"{url}/edit", f"{url}/readers"]) == []
    assert look_at(reader, [url, f"{url}?to={_first_reply(reader, url)}", f"{url}/readers"]) == []


def _first_reply(page: Page, url: str) -> str:
    page.goto(url)
    return (page.locator(".reply").first.get_attribute("id") or "").removeprefix("reply-")


def _form_with_errors(page: Page) -> None:
    page.goto("/documents/new")
    page.get_by_role("button", name="发布", exact=True).click()
    page.locator("[data-error-summary]").wait_for()


def _preview(page: Page) -> None:
    page.goto("/documents/new")
    page.locator(".CodeMirror").click()
    page.keyboard.insert_text(RICH)
    page.get_by_role("button", name="预览").click()
    page.get_by_role("region", name="预览").get_by_role("table").wait_for()


def _open_menu(page: Page) -> None:
    page.goto("/")
    page.get_by_label("李娜的菜单").click()


def _open_dialog(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="键盘快捷键").wait_for()


def _message_with_undo(page: Page) -> None:
    page.goto(published(page, fresh("撤回给读屏看")))
    page.get_by_label("更多操作").click()
    page.get_by_role("button", name="撤回为草稿").click()
    page.get_by_role("dialog").get_by_role("button", name="撤回为草稿").click()
    page.locator(".toast-note").wait_for()


def _new_token(page: Page) -> None:
    page.goto("/settings/tokens")
    page.get_by_label("用途").fill("读屏")
    page.get_by_role("button", name="新建令牌").click()
    page.locator(".secret").wait_for()


def _conflict(page: Page) -> None:
    url = published(page, fresh("同时修改"), "一")
    page.goto(f"{url}/edit")
    posted(page, url, title="先保存的", body="二", space="2", version="1", action="publish")
    page.get_by_role("button", name="保存修改").click()
    page.locator("[data-conflict]").wait_for()


def _closed_form(page: Page) -> None:
    page.goto("/help")
    page.locator("input[name=csrf_token]").first.evaluate("field => { field.value = '' }")
    page.get_by_label("李娜的菜单").click()
    page.context.clear_cookies()
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("heading", name="登录已过期").wait_for()


@pytest.mark.parametrize(
    "arrive",
    [
        _form_with_errors,
        _preview,
        _open_menu,
        _open_dialog,
        _message_with_undo,
        _new_token,
        _conflict,
        _closed_form,
    ],
    ids=lambda arrive: arrive.__name__.strip("_"),
)
def test_pages_as_they_are_used(visit: Visitors, arrive: Callable[[Page], None]) -> None:
    page = visit("lina", **STILL)
    arrive(page)
    assert look(page) == []
