"""Lines that a web page or a document-sharing site put around a text: recognised only where they are unmistakable.

It judges whole lines. What might be a sentence of the author stays.
"""

from __future__ import annotations

import re
from itertools import pairwise

_PAGE_MARK = re.compile(
    r"(?:第\s*\d{1,4}\s*[页頁](?:\s*[/,，共]+\s*\d{1,4}\s*[页頁]?)?|.{0,80}_第\d{1,4}[页頁]|[-–—]\s*\d{1,4}\s*[-–—]"
    r"|(?:page|p\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\d{1,4}\s*/\s*\d{1,4}\s*[页頁]"
    r"|[共]\s*\d{1,4}\s*[页頁]|\d?\s*上[页頁][:：].{0,20}|1(?: \d){1,20})",
    re.IGNORECASE,
)
_SITE_LINE = re.compile(
    r"已[阅閱][读讀]\s*\d+\s*[页頁][,，]?[还還]剩\s*\d+\s*[页頁].{0,40}"
    r"|下[载載]本文[档檔]|立即下[载載]|[点點][击擊]下[载載]"
    r"|版[权權][说說]明[:：]本文[档檔]由用[户戶]提供.{0,120}"
    r"|[•·\s]*\d{1,2}\.\s*(?:本站(?:所有[资資]源|的文[档檔]|RAR|不保[证證])|未[经經]權?权?益所有人同意|人人文[库庫]"
    r"|下[载載]文件中如有侵[权權]).{0,200}"
    r"|版[权權]所有\s*[©Cc(（].{0,120}|copyright\s*(?:©|\(c\)).{0,120}"
    r"|未[经經].{0,10}[书書]面.{0,4}[许許]可[,，]本[网網]站.{0,60}"
    r"|本[页頁]更新[时時][间間][:：].{0,30}|.{0,60}®.{0,20}[为為].{0,40}注[册冊]商[标標]|[欢歡]迎作者投稿[,，].{0,120}|本[网網]刊登的文章均[仅僅].{0,80}"
    r"|相\s?[关關]\s?文\s?章[(（]共\d+篇[)）]|\*.{1,80}[(（]\d{4}-\d\d-\d\d[,，].{0,60}作者[:：].{0,20}[)）]",
    re.IGNORECASE,
)
_COMPANIONS = frozenset(
    {
        *("温馨提示", "溫馨提示", "评论", "評論", "提交评论", "提交評論", "0/150", "文档简介", "文檔簡介"),
        *(
            "如有任何意见或建议,欢迎与我们联系",
            "联系我们",
            "聯繫我們",
            "关于我们",
            "關於我們",
            "网站地图",
            "網站地圖",
        ),
    }
)
"""Lines that are boilerplate beside boilerplate, and may be a heading anywhere else."""
_CRUMBS = re.compile(r"[^<>|]{1,40}(?:\s[>›»]\s[^<>]{1,80}){2,}")
_CRUMB = re.compile(r"\s[>›»]\s")
_SENTENCE = re.compile(r"[。！？；]")
_HEAD_LINES = 60


def is_page_mark(line: str) -> bool:
    """Say whether *line* holds a page number and nothing else."""
    return bool(_PAGE_MARK.fullmatch(line.strip()))


def is_boilerplate(line: str) -> bool:
    """Say whether *line* is a page mark or was written by a site, not by an author."""
    return is_page_mark(line) or bool(_SITE_LINE.fullmatch(line.strip()))


def breadcrumb_title(lines: list[str]) -> str:
    """Return the last step of a "home > section > title" line near the top, where it is repeated as a line."""
    for number, line in enumerate(lines[:_HEAD_LINES]):
        if _CRUMBS.fullmatch(line.strip()):
            last = _CRUMB.split(line.strip())[-1].strip()
            if any(last == other.strip() for other in lines[number + 1 : number + 10]):
                return last
    return ""


def without_boilerplate(lines: list[str]) -> list[str]:
    """Return the *lines* that belong to the text."""
    lines = _without_menu(lines)
    dropped = {number for number, line in enumerate(lines) if is_boilerplate(line)}
    shown = [number for number, line in enumerate(lines) if line.strip()]
    # From either side, so that a run of companions falls whole.
    for order in (shown, shown[::-1]):
        for before, number in pairwise(order):
            if before in dropped and lines[number].strip() in _COMPANIONS:
                dropped.add(number)
    return [line for number, line in enumerate(lines) if number not in dropped]


def _without_menu(lines: list[str]) -> list[str]:
    """Drop what stands above a breadcrumb, when not one sentence is among it."""
    title = breadcrumb_title(lines)
    if not title:
        return lines
    end = next(
        number
        for number, line in enumerate(lines)
        if line.strip().endswith(title) and _CRUMBS.fullmatch(line.strip())
    )
    return lines if any(_SENTENCE.search(line) for line in lines[:end]) else lines[end + 1 :]
