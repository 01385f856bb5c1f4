"""What may be asked of the API and what leaves through it. A question that is not understood is refused, not guessed at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from portal.kernel.paging import Cursor
from portal.web.schemas import ItemOut

if TYPE_CHECKING:
    from portal.platform.kinds import Kind

MAX_ID = 2**31 - 1
"""The greatest number a key of the database can have; a greater one is in no row."""


def _storable(text: str) -> str:
    """Without NUL, which PostgreSQL takes in no text; nothing in the database holds one."""
    return text.replace("\x00", "")


def _known_place(text: str) -> str:
    if Cursor.decode(text) is None:
        raise ValueError("this is no cursor: take it from `next` of the page before")
    return text


Name = Annotated[str, Field(max_length=200), AfterValidator(_storable)]
Place = Annotated[
    str, Field(max_length=500, json_schema_extra={"format": "cursor"}), AfterValidator(_known_place)
]
Limit = Annotated[int, Field(ge=1, le=100, description="每页条数 · entries on a page")]
State = Literal["draft", "in_review", "published", "archived"]


class Nothing(BaseModel):
    """Nothing can be asked here."""

    model_config = ConfigDict(extra="forbid")


class ListQuery(Nothing):
    """Filters, order and place of a list."""

    space: Name | None = Field(None, description="空间的 key · key of a space", examples=["handbook"])
    author: Name | None = Field(
        None, description="作者的登录名 · username of the author", examples=["liming"]
    )
    tag: Name | None = Field(None, description="标签，不分大小写与全半角 · tag, whatever its case or width")
    state: State = Field("published", description="状态 · state")
    sort: Literal["newest", "most_read", "most_replied", "updated"] = Field(
        "newest",
        description="排序；草稿没有发布日期，其 newest 即 updated · order; a draft has no date but that of its change",
    )
    cursor: Place | None = Field(None, description="上一页的 next · `next` of the page before")
    limit: Limit = 20


class SearchQuery(Nothing):
    """A search: the language of the search page in `q`, and filters of their own beside it."""

    q: Annotated[str, Field(max_length=5000)] = Field(
        "", description="检索式 · query, in the language of the search page"
    )
    kind: Name | None = Field(None, description="类型 · kind")
    space: Name | None = Field(None, description="空间的 key 或名称 · key or name of a space")
    author: Name | None = Field(None, description="作者的登录名或姓名 · username or name of the author")
    tag: Name | None = Field(None, description="标签 · tag")
    region: Name | None = Field(None, description="大区 · region")
    year: Annotated[int, Field(ge=1, le=9999)] | None = Field(None, description="年份 · year")
    state: State | None = Field(
        None, description="状态；不填则不含已归档 · state; archived items only when asked for"
    )
    sort: Literal["relevance", "newest", "oldest"] = Field("relevance", description="排序 · order")
    limit: Limit = 20
    offset: Annotated[int, Field(ge=0, le=10_000)] = Field(0, description="跳过的条数 · hits to pass over")


class Hit(BaseModel):
    """Something found; the snippet is plain text."""

    id: int
    kind: str
    title: str
    snippet: str
    score: float
    url: str


class FacetValue(BaseModel):
    """How many of all found items have a value."""

    value: str
    count: int


class SearchOut(BaseModel):
    """What was found. `dropped` are words given up because nothing has all of them."""

    query: str
    total: int
    took_ms: float
    hits: list[Hit]
    facets: dict[str, list[FacetValue]]
    dropped: list[str]


class SpaceOut(BaseModel):
    """A space one reads, and whether one may write in it."""

    key: str
    name: str
    name_en: str
    may_write: bool
    url: str


class MeOut(BaseModel):
    """Whose token this is, and what they read."""

    id: int
    username: str
    name: str
    roles: list[str]
    locale: str
    url: str
    spaces: list[SpaceOut]


class Problem(BaseModel):
    """Why something was refused (RFC 9457). `errors` names the fields, when it was for them."""

    type: str
    status: int
    title: str
    errors: dict[str, Any]


def row_of(kind: Kind) -> type[BaseModel]:
    """The schema of a kind's items in lists: all but their bodies, which are read one at a time."""
    own = {name: (field.annotation, field) for name, field in kind.api.model_fields.items() if name != "body"}
    inherited = ItemOut.model_fields
    fields: dict[str, Any] = {name: field for name, field in own.items() if name not in inherited}
    return create_model(f"{kind.name.title()}Row", __base__=ItemOut, __doc__=kind.api.__doc__, **fields)


def page_of(kind: Kind) -> type[BaseModel]:
    """The schema of a page of a kind's list; `next` is the cursor of the following page."""
    fields: dict[str, Any] = {"items": (list[row_of(kind)], ...), "next": (str | None, ...)}  # type: ignore[misc]
    return create_model(f"{kind.name.title()}Page", __doc__="A page of a list.", **fields)
