"""The last step of every rendering: what is not on this list does not leave.

It knows tags, attributes, classes and addresses, and trusts nothing that happened before it.
"""

import nh3
from pygments.token import STANDARD_TYPES

from portal.kernel.markup.addresses import is_linkable, is_local

ID_PREFIX = "md-"
"""Ids of authors live in their own namespace, or a heading called "csrf" would answer to the page's scripts."""

_TAGS = {
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
_ATTRIBUTES = {
    "*": {"id"},
    "a": {"href", "title"},
    "div": {"role", "tabindex", "aria-label"},
    "img": {"src", "alt", "title"},
    "input": {"type", "checked", "disabled", "aria-label"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align", "scope"},
}
_HIGHLIGHT_CLASSES = {name for name in STANDARD_TYPES.values() if name}
_CLASSES = {
    "a": {"wikilink", "mention", "footnote-ref", "footnote-backref"},
    "div": {"footnote", "highlight", "table-wrap"},
    "li": {"task-list-item"},
    "pre": {"mermaid", "plain"},
    "span": _HIGHLIGHT_CLASSES,
}
_ALWAYS = {
    # What scrolls sideways must be reachable by keyboard.
    "pre": {"tabindex": "0"},
    "img": {"loading": "lazy"},
    "input": {"type": "checkbox", "disabled": "disabled"},
    "th": {"scope": "col"},
}


def _allowed_value(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "id":
        return ID_PREFIX + value
    if attribute == "href" and value.startswith("#"):
        return f"#{ID_PREFIX}{value[1:]}"
    if attribute == "href":
        return value if is_linkable(value) else None
    if attribute == "src":
        return value if is_local(value) else None
    if (tag, attribute) == ("div", "role"):
        return value if value == "region" else None
    return value


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    attribute_filter=_allowed_value,
    set_tag_attribute_values=_ALWAYS,
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer nofollow",
    strip_comments=True,
)


def clean(html: str) -> str:
    """Return *html* reduced to the allowed tags, attributes, classes and addresses."""
    return _CLEANER.clean(html)
