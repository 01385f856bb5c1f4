"""Hostile and odd Markdown: nothing that runs leaves the renderer, and no text is lost on the way."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from portal.kernel.markup import render

ATTACK = Path(__file__).parents[3] / "shared" / "attack"
TAGS = {
    *(
        "a",
        "blockquote",
        "br",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
    ),
    *("img", "input", "li", "ol", "p", "pre", "span", "strong", "sup", "table", "tbody", "td", "th", "thead"),
    *("tr", "ul"),
}
ATTRIBUTES = {
    *(
        "align",
        "alt",
        "aria-label",
        "checked",
        "class",
        "disabled",
        "href",
        "id",
        "loading",
        "rel",
        "role",
        "scope",
    ),
    *("src", "start", "tabindex", "title", "type"),
}
SAFE_ADDRESS = re.compile(r"https?://|mailto:|(?!//|[^/?#]*:|[^?#]*\\)", re.IGNORECASE)


class Inspector(HTMLParser):
    """Collects everything in a page that has no business there."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.faults += [] if tag in TAGS else [tag]
        for name, value in attrs:
            is_address = name in {"href", "src"}
            if name not in ATTRIBUTES or (is_address and not SAFE_ADDRESS.match(value or "")):
                self.faults.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.faults.append(data)


def inspected(source: str) -> Inspector:
    inspector = Inspector()
    inspector.feed(render(source).html)
    inspector.close()
    return inspector


def attack_file(name: str) -> Path:
    path = ATTACK / name
    if not path.exists():
        pytest.skip(f"{name} is not part of this checkout")
    return path


def payloads() -> list[str]:
    lines = attack_file("xss/xss_dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["payload"] for line in lines if line.strip()]


@pytest.mark.slow
@pytest.mark.parametrize("frame", ["{}", "[x]({})", "![x](<{}>)", "```\n{}", "|a|\n|-|\n|{}|", "[[{}]]"])
def test_no_payload_leaves_anything_that_runs(frame: str) -> None:
    # Whole batches at once would hide one payload in the code block of another.
    for payload in payloads():
        assert inspected(frame.replace("{}", payload)).faults == [], payload


def test_payloads_in_one_text_leave_nothing_that_runs() -> None:
    assert inspected("\n\n".join(payloads()[::12])).faults == []


def test_the_inspector_sees_what_it_is_there_for() -> None:
    inspector = Inspector()
    inspector.feed("<script>x</script><a href='javascript:x' onclick=x><img src=//x><a href='data:x'>")
    assert len(inspector.faults) == 5


def examples(name: str) -> list[tuple[str, str]]:
    """Return (source, expected HTML) of each example of a standard."""
    text = attack_file(f"markdown/{name}").read_text(encoding="utf-8").replace("→", "\t")
    return re.findall(r"^`{32} example[^\n]*\n(.*?)^\.\n(.*?)^`{32}$", text, re.MULTILINE | re.DOTALL)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z]{3,}", text.lower())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["commonmark_spec.txt", "gfm_spec.txt"])
def test_examples_of_the_standards_keep_their_text(name: str) -> None:
    tested = 0
    for source, expected in examples(name):
        # Raw HTML is off, and references differ: Python-Markdown asks for a blank line before them.
        if re.search(r"<|\]:|&", source):
            continue
        tested += 1
        # The whole HTML: where the standard sees no link for a space in its target, the target is in the link here.
        shown = words(html.unescape(render(source).html))
        wanted = words(html.unescape(re.sub(r"<[^>]*>", " ", expected)))
        assert [word for word in wanted if word not in shown] == [], source
    assert tested > 350
