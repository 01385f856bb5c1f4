"""What Markdown becomes: structure, Chinese, links and labels."""

from __future__ import annotations

import pytest

from portal.kernel import markup
from portal.kernel.markup import render


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("**中文：**后面", "<strong>中文：</strong>后面"),
        ("~~删~~ 了", "<del>删</del> 了"),
        ("第一行\n第二行", "第一行<br>\n第二行"),
        ("术语\n: 定义", "<dt>术语</dt>"),
        ("<b onclick=x>粗</b>", "&lt;b onclick=x&gt;粗&lt;/b&gt;"),
        ("$a_b*c*d_e$", "$a_b*c*d_e$"),
        ("价格 $5 和 $6", "价格 $5 和 $6"),
        ("#标签", "#标签"),
        ("a\\*b", "a*b"),
    ],
)
def test_inline_marks(source: str, expected: str) -> None:
    assert expected in render(source).html


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("见 https://a.cn/b。后文", "https://a.cn/b"),
        ("（https://a.cn/b）", "https://a.cn/b"),
        ("访问https://a.cn/x吧", "https://a.cn/x"),
        ("https://a.cn/?b=1&c=2，然后", "https://a.cn/?b=1&amp;c=2"),
        ("(见 https://a.cn/b_(c))", "https://a.cn/b_(c)"),
        ("(https://a.cn/b).", "https://a.cn/b"),
        ("<https://a.cn/路径>", "https://a.cn/路径"),
    ],
)
def test_an_address_ends_where_chinese_begins(source: str, address: str) -> None:
    assert f'<a href="{address}"' in render(source).html
    assert f">{address}</a>" in render(source).html


def test_addresses_in_code_and_links_stay_as_they_are() -> None:
    assert "<a" not in render("`https://a.cn`").html
    assert render("[https://a.cn](https://b.cn)").html.count("<a") == 1


def test_headings_move_below_the_title_of_the_page_and_skip_no_level() -> None:
    found = render("# 甲\n\n#### 乙 `x`\n\n# 甲\n\n## ![图](/a.png)").headings
    assert found == ((2, "甲", "md-甲"), (3, "乙 x", "md-乙-x"), (2, "甲", "md-甲_2"), (3, "图", "md-图"))


def test_a_body_that_starts_at_the_second_level_starts_below_the_title_too() -> None:
    assert "<h2" in render("## 甲").html


@pytest.mark.parametrize("source", ["#  \n\n文", "# ![](/a.png)\n\n文"])
def test_a_heading_without_words_is_none(source: str) -> None:
    found = render(source)
    assert "<h" not in found.html
    assert found.headings == ()


def test_an_indented_line_goes_on_with_its_paragraph() -> None:
    assert "<pre" not in render("文\n        续").html
    assert "<pre" in render("文\n\n        码").html


@pytest.mark.parametrize("indent", [2, 4])
def test_lists_need_no_blank_line_and_nest_by_two_or_four(indent: int) -> None:
    html = render(f"要点：\n- 甲\n{' ' * indent}- 乙\n- 丙").html
    assert html.replace("\n", "") == "<p>要点：</p><ul><li>甲<ul><li>乙</li></ul></li><li>丙</li></ul>"


def test_a_year_at_the_start_of_a_line_makes_no_list() -> None:
    assert "<ol" not in render("那是\n2015. 年").html


def test_numbers_with_a_bracket_make_a_list() -> None:
    assert "<ol" in render("1) 甲\n2) 乙").html


def test_code_inside_a_list_stays_inside() -> None:
    html = render("1. 甲\n\n   ```python\n   x = 1\n   ```\n2. 乙").html
    assert html.count("<ol>") == 1
    assert '<span class="n">x</span>' in html
    assert html.count("<li>") == 2


def test_code_that_is_never_closed_runs_to_the_end() -> None:
    assert "<h2" not in render("```\n# 不是标题").html


def test_an_info_string_with_options_is_still_code() -> None:
    assert '<div class="highlight">' in render('```python title="x" linenums="1"\nx\n```').html


def test_tasks_have_a_name_and_cannot_be_ticked() -> None:
    html = render("- [x] 完成\n- [ ] 未完\n\n- [X] 松").html
    assert html.count('type="checkbox"') == 3
    assert html.count('disabled="disabled"') == 3
    assert html.count('checked=""') == 2
    assert html.count('aria-label="已完成 Done"') == 2
    assert html.count('aria-label="未完成 To do"') == 1


def test_tables_scroll_and_are_told_apart() -> None:
    html = render("说明\n|甲|乙|\n|-|:-:|\n|1|2|\n\n|丙|\n|-|\n|3|").html
    assert html.count('class="table-wrap"') == 2
    assert 'aria-label="表格 Table 2"' in html
    assert 'role="region"' in html
    assert '<td align="center">2</td>' in html
    assert "style=" not in html


def test_footnotes_lead_there_and_back() -> None:
    html = render("文[^1]\n\n[^1]: 注").html
    assert 'href="#md-fn:1"' in html
    assert 'id="md-fn:1"' in html
    assert 'href="#md-fnref:1"' in html
    assert 'title="返回正文 Back to text 1"' in html


def test_a_link_to_a_heading_finds_it() -> None:
    html = render("# 目标\n\n[去](#目标)").html
    assert 'id="md-目标"' in html
    assert 'href="#md-目标"' in html


def test_text_that_looks_like_an_attribute_is_left_alone() -> None:
    assert 'href="#x' in render('写 href="#x" 即可').html


def test_mermaid_is_text_for_the_browsers_script() -> None:
    found = render("```mermaid\ngraph TD; A-->B<b>\n```")
    assert found.has_mermaid
    assert '<pre class="mermaid" tabindex="0">graph TD; A--&gt;B&lt;b&gt;' in found.html
    assert not render('`<pre class="mermaid">`').has_mermaid


def test_wiki_links_ask_on_click_and_never_say_whether_the_target_exists() -> None:
    found = render("[[知识库/首页|首页]] [[C#]] [[甲&乙]] `[[码]]` \\[[非]] [[知识库/首页]]")
    assert found.links == ("知识库/首页", "C#", "甲&乙")
    assert 'href="/go?title=%E7%9F%A5%E8%AF%86%E5%BA%93%2F%E9%A6%96%E9%A1%B5"' in found.html
    assert ">首页</a>" in found.html
    assert "missing" not in found.html


def test_a_wiki_link_with_a_label_fits_into_a_table() -> None:
    html = render("|甲|\n|-|\n|[[目标|标签]]|").html
    assert ">标签</a></td>" in html


def test_items_are_found_by_their_address() -> None:
    assert render("[a](/items/7) [b](/items/7#x) [c](/items/8/edit) [d](/items/x)").item_ids == (7, 8)


@pytest.mark.parametrize("source", ["/files/1.png", "files/1.png", "../1.png", "/a%20b.png"])
def test_pictures_of_this_site_are_shown(source: str) -> None:
    assert f'<img alt="图" src="{source}" loading="lazy">' in render(f"![图]({source})").html


@pytest.mark.parametrize("source", ["https://x.cn/1.png", "HTTP://x.cn/1.png"])
def test_pictures_from_elsewhere_become_links(source: str) -> None:
    html = render(f"![图]({source})").html
    assert "<img" not in html
    assert f'<a href="{source}" rel="noopener noreferrer nofollow">图</a>' in html


@pytest.mark.parametrize(
    "source", ["data:image/png;base64,aa", "javascript:alert(1)", "//x.cn/1.png", "/\\x.cn/1.png", "\\\\x.cn"]
)
def test_pictures_from_nowhere_good_leave_their_description(source: str) -> None:
    html = render(f"![图](<{source}>)").html
    assert "<img" not in html
    assert "href" not in html
    assert "图" in html


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "vbscript:x",
        "//x.cn",
        "/\\x.cn",
        "file:///etc",
    ],
)
def test_links_to_nowhere_good_lose_their_target(target: str) -> None:
    assert "href" not in render(f"[文](<{target}>)").html


def test_links_of_all_kinds_are_marked_as_foreign() -> None:
    assert (
        render("[a](https://x.cn) [b](/items/1) [[c]]").html.count('rel="noopener noreferrer nofollow"') == 3
    )


@pytest.mark.parametrize("text", ["x" * (markup.MAX_BYTES + 1), "中" * (markup.MAX_BYTES // 3 + 1)])
def test_a_text_beyond_the_limit_is_shown_as_it_was_typed(text: str) -> None:
    found = render(text)
    assert found.notice == "too_long"
    assert found.html == f'<pre class="plain" tabindex="0">{text}</pre>'


def test_characters_that_html_cannot_carry_do_no_harm() -> None:
    assert render("a\x00b\x02c\ud800\ufffe\r\n\r\nd").html == "<p>abc?\ufffe</p>\n<p>d</p>"


def test_nothing_is_rendered_into_nothing() -> None:
    assert render("") == markup.Rendered(html="")


def test_brackets_beyond_measure_stay_brackets() -> None:
    assert render("[" * 5_000).html == f"<p>{'[' * 5_000}</p>"


def test_nesting_beyond_measure_is_flattened() -> None:
    html = render("> " * 1_000 + "文").html
    assert html.count("<blockquote>") <= 10
    assert "文" in html


def test_lists_deeper_than_anybody_reads_end_at_a_depth() -> None:
    html = render("".join(f"{'  ' * depth}- {depth}\n" for depth in range(40))).html
    assert html.count("<ul>") <= 14
    assert "39" in html


def test_what_is_nearly_a_link_stays_text() -> None:
    assert "[[ ]]" in render("[[ ]]").html
    assert "<a" not in render("https:///x").html


def test_the_mark_of_a_footnote_is_no_part_of_a_heading() -> None:
    assert render("# 标题[^1]\n\n[^1]: 注").headings == ((2, "标题", "md-标题"),)
