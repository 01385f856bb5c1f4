"""On a phone, 360 pixels wide, between two visits."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import expect

from tests.browser.steps import TECHNIQUES, fresh, published, see_message, title_field
from tests.browser.visiting import PHONE

if TYPE_CHECKING:
    from tests.browser.visiting import Visitors


def test_the_bar_at_the_foot_leads_everywhere(visit: Visitors) -> None:
    page = visit("lina", **PHONE)
    page.goto("/")
    bar = page.get_by_role("navigation", name="底部导航")
    for name, address in (
        ("空间", "/spaces"),
        ("人员", "/people"),
        ("写文档", "/documents/new"),
        ("首页", "/"),
        ("我的", "/people/lina"),
    ):
        bar.get_by_role("link", name=name).tap()
        expect(page).to_have_url(re.compile(f"{address}$"))
        expect(bar).to_be_in_viewport(ratio=1)


def test_search_filter_and_reply_with_a_thumb(visit: Visitors) -> None:
    page = visit("lina", **PHONE)
    url = published(page, fresh("电话里怎么报价"), "先报到厂价。")
    page.goto("/")
    page.get_by_role("searchbox", name="搜索").fill("价格")
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]").first).to_be_visible()
    # Filters are folded away until they are asked for.
    facet = page.locator(".facet a").first
    expect(facet).to_be_hidden()
    page.get_by_text("筛选", exact=True).tap()
    facet.tap()
    expect(page.locator("details.facets .badge")).to_have_text("1")
    page.goto(url)
    page.get_by_label("我的回复").fill("收到，按到厂价报。")
    page.get_by_role("button", name="发送回复").tap()
    expect(page.locator(".reply")).to_contain_text("收到，按到厂价报。")


def test_writing_uses_the_phones_own_field_with_tools_and_preview(visit: Visitors) -> None:
    page = visit("lina", **PHONE)
    title = fresh("在车上写的")
    page.goto("/documents/new")
    title_field(page).fill(title)
    text = page.get_by_role("textbox", name="正文")
    text.fill("要点")
    text.select_text()
    tools = page.get_by_role("toolbar", name="格式")
    tools.get_by_role("button", name="加粗").tap()
    expect(text).to_have_value("**要点**")
    expect(page.locator(".CodeMirror")).to_have_count(0)
    text.press("End")
    # The camera's pictures are within reach without pushing the bar sideways.
    picture = tools.get_by_role("button", name="图片")
    expect(picture).to_be_in_viewport(ratio=1)
    with page.expect_file_chooser() as chooser:
        picture.tap()
    chooser.value.set_files({"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": _photo()})
    expect(text).to_have_value(re.compile(r"!\[现场\]\(/images/"))
    tools.get_by_role("button", name="预览").tap()
    expect(page.get_by_role("region", name="预览").locator("strong")).to_have_text("要点")
    tools.get_by_role("button", name="预览").tap()
    page.get_by_label("空间", exact=True).select_option(label=TECHNIQUES)
    page.get_by_role("button", name="发布", exact=True).tap()
    see_message(page, "已发布。")


def test_what_is_tapped_is_large_enough_and_nothing_hides_behind_the_bar(visit: Visitors) -> None:
    page = visit("lina", **PHONE)
    for path in ("/", "/spaces/product", "/search?q=白炭黑"):
        page.goto(path)
        sizes = page.locator("main .btn:visible, .bottombar a, main .sorts a, .toolbar a.tag").evaluate_all(
            "all => all.map(one => Math.round(one.getBoundingClientRect().height))"
        )
        assert min(sizes) >= 44, (path, sizes)
        page.keyboard.press("End")
        expect(page.locator(".footer a")).to_be_in_viewport(ratio=1)
        page.wait_for_function(
            "() => document.querySelector('.footer').getBoundingClientRect().bottom"
            " < document.querySelector('.bottombar').getBoundingClientRect().top + 2"
        )
        # The search box comes along.
        expect(page.get_by_role("searchbox", name="搜索")).to_be_in_viewport(ratio=1)


def test_the_tags_over_a_list_take_one_line(visit: Visitors) -> None:
    page = visit("lina", **PHONE)
    page.goto("/spaces/product")
    cloud = page.get_by_role("navigation", name="标签")
    assert cloud.get_by_role("link").count() > 10
    box = cloud.bounding_box()
    assert box
    assert box["height"] < 60


def _photo() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (400, 300), "gray").save(made, "JPEG")
    return made.getvalue()
