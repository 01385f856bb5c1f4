"""Repairs what converters and sites did to a text on its way, and finds its title.

It works on plain text after any format was read, changes nothing that could be meant, and never rewrites a sentence.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from portal.platform.extraction.boilerplate import breadcrumb_title, is_boilerplate, without_boilerplate
from portal.platform.extraction.pinyin import without_glosses

MAX_TITLE = 80

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060\ufeff\ufdd0-\ufdef\ufffe\uffff]"
)
_BREAKS = re.compile(r"\r\n?|[\x85\u2028\u2029\x0c]")
_BLANKS = re.compile(r"\n{3,}")
_CHUNK = re.compile(r"(\d{1,3})、(.*)", re.DOTALL)
_FINISHED = tuple("。！？；：…”』」）)!?;:.*|")
_HAN = "\u3400-\u9fff"
_BYLINE = re.compile(r"\s*(?:作者|文/|来源|來源|编辑|編輯|发布|發佈|时间|時間|日期)\s*[:：/].*$")
_NO_TITLE = re.compile(
    r"[\d\s\-/:.,年月日时時分秒星期一二三四五六七()（）]+|https?://\S+|www\.\S+|\S+@\S+|[^\w]+"
    r"|(?:作者|来源|來源|时间|時間|日期|编辑|編輯|发布|發佈|浏览|瀏覽|责任|责编).{0,3}[:：].*",
    re.IGNORECASE,
)
_PAGE_TAIL = re.compile(r"_第\d{1,4}[页頁]$")
_ITEM = re.compile(r"(?:\d{1,3}[.)]|[-*+])\s")
_MARKS = re.compile(r"^(?:#{1,6}\s+|>\s*)|[*`]{1,3}")
_HASHED = re.compile(
    r"(?:\d{1,4}[_\-])?[0-9a-f]{12,}|[\d_\-. ]+|(?:untitled|document|doc|img|scan|未命名|新建.{0,8})[\d ()_\-]*",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """Return *text* with damage repaired: glosses, page marks, boilerplate, control characters, needless breaks."""
    plain = _CONTROL.sub("", _BREAKS.sub("\n", text)).replace("\u00a0", " ")
    lines = [line.rstrip().lstrip("\u3000") for line in without_glosses(plain).split("\n")]
    kept = without_boilerplate(lines)
    joined = _rejoined_chunks("\n".join(kept))
    return _marked_end(_BLANKS.sub("\n\n", joined).strip(), is_damaged=len(kept) < len(lines))


def guess_title(text: str, name: str) -> str:
    """Return a title of at most 80 characters: a breadcrumb's end, the first line fit for one, the file's name.

    Args:
        text: the text as it was read, cleaned or not.
        name: the file's name, with or without folders; used where the text offers nothing, unless it is a mere number.
    """
    lines = [line.strip() for line in without_glosses(text[:20_000]).split("\n") if line.strip()]
    if found := breadcrumb_title(lines):
        return found[:MAX_TITLE]
    for line in lines[:30]:
        if candidate := _as_title(line):
            return candidate
    return _name_title(name) or _first_clause(lines) or name[:MAX_TITLE]


def rejoin_lines(text: str) -> str:
    """Join the lines of a page into paragraphs: a line that runs to the margin goes on in the next."""
    paragraphs: list[str] = []
    for block in re.split(r"\n[ \t]*\n", text):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        margin = max((_width(line) for line in lines), default=0)
        previous = ""
        for line in lines:
            if previous and _goes_on(previous, line, margin):
                paragraphs[-1] = _joined(paragraphs[-1], line)
            else:
                paragraphs.append(line)
            previous = line
    return "\n\n".join(paragraphs)


def _as_title(line: str) -> str:
    if _ITEM.match(line) or (is_boilerplate(line) and not _PAGE_TAIL.search(line)):
        return ""
    bare = _BYLINE.sub("", _MARKS.sub("", _PAGE_TAIL.sub("", line))).strip()
    is_sentence = bare.endswith(("。", "；", "，", ";", ","))
    fits = 1 < len(bare) <= MAX_TITLE and not is_sentence and not _NO_TITLE.fullmatch(bare)
    return bare if fits else ""


def _name_title(name: str) -> str:
    stem = PurePath(name.replace("\\", "/")).name
    stem = re.sub(r"(?:\.[A-Za-z0-9]{1,8}){1,2}$", "", stem)
    stem = re.sub(r"[_\s]+", " ", _CONTROL.sub("", stem)).strip(" -.")
    return "" if _HASHED.fullmatch(stem.replace(" ", "_")) else stem[:MAX_TITLE]


def _first_clause(lines: list[str]) -> str:
    """Return the beginning of the first line up to a stop, without cutting a clause where that can be avoided."""
    opening = lines[0][:MAX_TITLE] if lines else ""
    sentence = re.split(r"[。！？!?；;*]", opening)[0]
    clause = re.match(r".{12,}?(?=[,，])", sentence)
    return (clause[0] if clause else sentence).strip()


def _rejoined_chunks(text: str) -> str:
    """Undo a site's cutting into numbered slices ("1、…客戶規", "2、劃功能…") that takes no notice of words."""
    blocks = re.split(r"\n{2,}", text)
    chunks = [(number, found) for number, block in enumerate(blocks) if (found := _CHUNK.fullmatch(block))]
    if not _are_slices([found for _, found in chunks]):
        return text
    first, last = chunks[0][0], chunks[-1][0]
    if last - first != len(chunks) - 1:
        return text
    # The same converter prints an asterisk where a slide ends.
    whole = "".join(found[2] for _, found in chunks).replace("*", "\n\n")
    return "\n\n".join([*blocks[:first], whole, *blocks[last + 1 :]])


def _are_slices(found: list[re.Match[str]]) -> bool:
    """A list of an author has items that end; slices are long, numbered without a gap, and break off."""
    if len(found) < 5 or [int(match[1]) for match in found] != list(range(1, len(found) + 1)):  # noqa: PLR2004
        return False
    bodies = [match[2] for match in found[:-1]]
    broken_off = sum(not body.endswith(_FINISHED) for body in bodies)
    return broken_off * 10 >= len(bodies) * 8 and min(map(len, bodies)) > 150  # noqa: PLR2004


def _marked_end(text: str, *, is_damaged: bool) -> str:
    """Say by an ellipsis that a text breaks off, when a site has visibly cut it."""
    last = text.rsplit("\n", 1)[-1]
    breaks_off = is_damaged and len(last) > MAX_TITLE and re.search(f"[{_HAN}]$", last)
    return f"{text}……" if breaks_off else text


def _width(line: str) -> int:
    return sum(2 if character > "\u2e7f" else 1 for character in line)


def _goes_on(line: str, following: str, margin: int) -> bool:
    if re.match(r"[-•·*■●▪◆]\s?|\d{1,2}[.、)）]|[(（]\d{1,2}[)）]|[①-⑳]|第.{1,3}[章节節条條]", following):
        return False
    is_full = _width(line) >= margin * 0.8
    return is_full and not (line.endswith(("。", "！", "？", "：")) and _width(line) < margin * 0.97)


def _joined(line: str, following: str) -> str:
    if re.search(r"[a-z]-$", line) and following[:1].islower():
        return line[:-1] + following
    is_chinese = line[-1] > "\u2e7f" or following[0] > "\u2e7f"
    return line + following if is_chinese else f"{line} {following}"
