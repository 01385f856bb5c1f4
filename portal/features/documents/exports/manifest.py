"""What stands in the manifest of an exported space: the one description that writing and reading it share."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from portal.platform.items import TITLE_LENGTH

FORMAT: Literal["zhiying-space"] = "zhiying-space"
VERSION = 1
NAME = "manifest.json"
MOST_DOCUMENTS = 100_000
MOST_FILES = 500


class PackedPicture(BaseModel):
    """A picture of a text: its key at its old place, and its file in the archive."""

    key: str = Field(pattern=r"^[A-Za-z0-9_-]{22}$")
    file: str = Field(max_length=300)


class PackedAttachment(BaseModel):
    """An attachment: what it is called, and its file in the archive."""

    name: str = Field(max_length=300)
    file: str = Field(max_length=600)


class PackedDocument(BaseModel):
    """A document: its number at its old place, its file, and what does not stand in the text."""

    id: int
    file: str = Field(max_length=300)
    title: str = Field(max_length=TITLE_LENGTH)
    author: str = Field(max_length=80)
    state: str = Field(max_length=20)
    tags: list[str] = Field(default=[], max_length=50)
    created_at: AwareDatetime
    published_at: AwareDatetime | None = None
    updated_at: AwareDatetime
    pictures: list[PackedPicture] = Field(default=[], max_length=MOST_FILES)
    attachments: list[PackedAttachment] = Field(default=[], max_length=MOST_FILES)


class Manifest(BaseModel):
    """An exported space. Readers of a later version of the format pass over what they do not know."""

    model_config = ConfigDict(extra="ignore")

    format: Literal["zhiying-space"] = FORMAT
    version: int = Field(default=VERSION, ge=1, le=VERSION)
    space: str
    about: str = ""
    exported_at: AwareDatetime
    documents: list[PackedDocument] = Field(default=[], max_length=MOST_DOCUMENTS)
