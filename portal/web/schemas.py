"""What leaves through the API, field by field; a kind adds its own by subclassing."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, ConfigDict


class ItemOut(BaseModel):
    """What every item shows."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    kind: str
    title: str
    summary: str
    state: str
    author: str
    space: str
    tags: list[str]
    published_at: dt.datetime | None
    updated_at: dt.datetime
    read_count: int
    reply_count: int
    version: int
    url: str
