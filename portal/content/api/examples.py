"""Examples in the description of the API, made from the schemas so that they cannot miss a field."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

KNOWN: Json = {
    "id": 42,
    "title": "白炭黑分散不良的处理",
    "summary": "先看含水率，再看混炼温度。",
    "body": "## 先看含水率\n\n再看混炼温度。",
    "snippet": "……先看含水率，再看混炼温度……",
    "author": "liming",
    "username": "liming",
    "name": "李明",
    "name_en": "Sales handbook",
    "roles": ["member"],
    "locale": "zh_Hans_CN",
    "space": "handbook",
    "key": "handbook",
    "tags": ["白炭黑", "工艺"],
    "kind": "document",
    "state": "published",
    "published_at": "2026-11-11T02:00:00Z",
    "updated_at": "2026-11-11T02:00:00Z",
    "url": "/documents/42",
    "version": 3,
    "query": "白炭黑 分散",
    "score": 12.5,
    "total": 1,
    "took_ms": 8.2,
    "source_name": "分散不良.docx",
    "facets": {"kind": [{"value": "document", "count": 1}]},
    "dropped": [],
    "next": "WzAsW1sidCIsIjIwMjYtMTEtMTFUMDI6MDA6MDArMDA6MDAiXSxbInYiLDQyXV1d",
}
EMPTY: Json = {
    "string": "",
    "integer": 0,
    "number": 0.0,
    "boolean": False,
    "array": [],
    "object": {},
    "null": None,
}


def example_of(schema: Json, schemas: Json, name: str = "") -> Any:  # noqa: ANN401 - JSON
    """A value that fits a schema.

    Args:
        schema: as in the description, references allowed.
        schemas: what references point to.
        name: of the field, for which there may be a telling value.
    """
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas, name)
    if name in KNOWN:
        return KNOWN[name]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas, name)
    if schema.get("type") == "array":
        return [example_of(schema["items"], schemas)]
    if schema.get("properties"):
        return {field: example_of(inner, schemas, field) for field, inner in schema["properties"].items()}
    return EMPTY[schema.get("type", "object")]
