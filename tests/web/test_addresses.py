"""Only plain paths of this site are led to; everything a browser might read as another site is refused."""

from __future__ import annotations

import pytest

from portal.web.addresses import came_from, local_path

GOOD = [
    "/",
    "/people",
    "/search?q=%E5%AE%9A%E4%BB%B7&sort=newest",
    "/people/李娜",
    "/go?title=https://example.com/a",
    "/documents/3#reply-9",
    "/search?q=a//b",
]
BAD = [
    None,
    "",
    " /people",
    "people",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "https://evil.example",
    "https:evil.example",
    "http:/evil.example",
    "HTTPS://evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\tevil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "/\r\nLocation: https://evil.example",
    "/ /evil.example",
    "/\x00/evil.example",
    "/\x7fevil",
    "/\x85evil",
    "/\u200b/evil.example",
    "/\u2028evil",
    "/\xa0/evil",
    "/a//evil.example",
    "/..//evil.example",
    "/.//evil.example",
    "//evil.example/%2f..",
    "/a\\b",
    "/?x=\\\\evil",
    "@evil.example",
    ".evil.example",
    "/" + "a" * 3000,
]


@pytest.mark.parametrize("target", GOOD)
def test_a_path_of_this_site_is_kept(target: str) -> None:
    assert local_path(target) == target


@pytest.mark.parametrize("target", BAD)
def test_whatever_may_lead_elsewhere_is_refused(target: str | None) -> None:
    assert local_path(target) == ""


def test_one_comes_back_only_to_a_page_of_this_site() -> None:
    assert came_from("http://localhost/spaces?sort=newest", "localhost") == "/spaces?sort=newest"
    assert came_from("https://localhost:8000/people", "localhost:8000") == "/people"
    for foreign in (
        None,
        "http://evil.example/spaces",
        "http://localhost.evil.example/x",
        "http://localhost@evil.example/",
        "http://localhost//evil.example",
        "ftp://localhost/x",
        "http://[",
        "/spaces",
    ):
        assert came_from(foreign, "localhost") == ""
