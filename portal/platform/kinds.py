"""The declaration of a kind of item, and the register of all kinds, filled by `catalogue.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from portal.platform.items import Item

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class SearchMap:
    """What a kind adds to its index entry beyond title, body, tags, author, space and date.

    Args:
        names: further words the item is found by (spellings, abbreviations).
        flags: values of the filter `is:`.
        source: name of the file it was imported from.
        is_plain: whether its body is text as it is, not Markdown.
    """

    names: Callable[[Any], str] = lambda _item: ""
    flags: Callable[[Any], tuple[str, ...]] = lambda _item: ()
    source: Callable[[Any], str] = lambda _item: ""
    is_plain: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of item. From it follow index, facets, access in search, timeline, cards and the read API.

    Args:
        name: singular, as in the index, on the timeline and in `kind:`.
        plural: as in the address of the API.
        label: what people call it (lazy text).
        model: its mapped class.
        policy: module with `audience(item) -> Iterable[str]`.
        is_discussed: whether its page shows replies.
        has_attachments: whether those who may edit it attach files.
        search: what it adds to the index.
        verbs: the only verbs its timeline knows, each with its (lazy) sentence.
        api: pydantic schema of what leaves through the API, built from the item's attributes.
        page: endpoint of its page, called with `item_id`.
        rewind: endpoint that makes an earlier version the current one again, called with `item_id` and `version`; empty
            when the kind offers no way back.
    """

    name: str
    plural: str
    label: Any
    model: type[Item]
    policy: ModuleType
    api: type[BaseModel]
    page: str
    rewind: str = ""
    is_discussed: bool = False
    has_attachments: bool = False
    search: SearchMap = field(default_factory=SearchMap)
    verbs: Mapping[str, Any] = field(default_factory=dict)


KINDS: dict[str, Kind] = {}


def register(kinds: Iterable[Kind]) -> None:
    """Fill the register.

    Raises:
        TypeError: a declaration lacks what the platform derives everything from.
    """
    KINDS.clear()
    for kind in kinds:
        if not callable(getattr(kind.policy, "audience", None)):
            raise TypeError(f"the policy of {kind.name!r} has no audience()")
        if kind.model.__mapper__.polymorphic_identity != kind.name:
            raise TypeError(
                f"the model of {kind.name!r} is mapped as {kind.model.__mapper__.polymorphic_identity!r}"
            )
        KINDS[kind.name] = kind
