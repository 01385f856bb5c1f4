"""The description of the API (OpenAPI 3.1): what APIFlask finds in the routes, made complete.

APIFlask knows routes and schemas. Added here are what every route may refuse and how, examples, and what the schemas of
queries say of single parameters.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from portal.content.api.examples import example_of
from portal.content.api.schemas import MAX_ID, Problem
from portal.platform.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apiflask import APIFlask
    from flask import Flask

Json = dict[str, Any]

ABOUT = """\
知营的只读接口。令牌只从 `Authorization: Bearer …` 头部读取，从不读取 Cookie 或地址；令牌所有人读不到的内容一律返回 404，\
也不计入任何列表、总数与分面。列表按游标翻页：把 `next` 的值作为 `cursor` 传回。

The read API of Zhiying. A token is taken from the `Authorization: Bearer …` header only, never from a cookie or an \
address. What its owner may not read is *not found*, and missing from every list, total and facet. Lists are paged by \
cursor: pass `next` back as `cursor`. Errors are `application/problem+json` (RFC 9457)."""
SUMMARIES = {
    "search": "检索 · Search documents, replies and people",
    "me": "令牌的主人 · Whose token this is",
    "openapi": "接口描述 · This description",
}
REFUSALS = {
    "401": "没有有效的令牌 · There is no valid token",
    "404": "不存在，或无权阅读 · It does not exist, or is not meant for the owner of the token",
    "422": "参数不认识或不合要求 · A parameter is unknown or does not fit",
    "429": "无效令牌次数过多 · Too many bad tokens",
    "503": "暂时不可用 · Not possible for the moment",
}
ENTITY_TAG = {
    "description": "版本与内容的标记 · version and state of the item",
    "required": True,
    "schema": {"type": "string"},
}


def install(app: APIFlask) -> None:
    """Set up the generator."""
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        VALIDATION_ERROR_STATUS_CODE=422,
        VALIDATION_ERROR_DESCRIPTION="A parameter is unknown or does not fit",
        AUTO_SERVERS=False,  # the description is kept, and must not remember the host of whoever asked first
        AUTO_404_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
    )
    app.title, app.version, app.description = "知营 Zhiying API", "1", ABOUT
    app.servers = [{"url": "/"}]
    app.spec_processor(complete)  # type: ignore[arg-type]  # with YAML it would be given text


def of(app: Flask) -> Json:
    """The description of an application's API, made once."""
    spec: Json = app._get_spec()  # type: ignore[attr-defined]  # noqa: SLF001 - `spec` makes it anew each time
    return spec


def operations(spec: Json) -> list[tuple[str, str, Json]]:
    """Method, path and description of each operation, for people."""
    return [(method.upper(), path, operation) for path, method, operation in _operations(spec)]


def complete(spec: Json) -> Json:
    """Add what the generator does not know."""
    schemas = spec.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema()
    spec["tags"] = [
        {"name": name} for name in (*(kind.plural for kind in KINDS.values()), "search", "me", "openapi")
    ]
    for path, _method, operation in _operations(spec):
        subject = path.split("/")[3].removesuffix(".json")
        operation["tags"] = [subject]
        operation["summary"] = SUMMARIES.get(subject) or _summary(operation["operationId"])
        operation["parameters"] = [_parameter(parameter) for parameter in operation["parameters"]]
        _complete_answers(operation, schemas)
    return spec


def _operations(spec: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _summary(operation_id: str) -> str:
    verb, name = operation_id.split("_", 1)
    return f"读取一条 {name} · Read one {name}" if verb == "read" else f"列出 {name} · List {name}"


def _parameter(parameter: Json) -> Json:
    """One parameter as OpenAPI has it: its description beside the schema, and no null, which an address cannot say."""
    if parameter["in"] == "path":
        number = {"type": "integer", "minimum": 0, "maximum": MAX_ID}
        return {**parameter, "schema": number, "description": "编号 · number of the item", "example": 42}
    schema: Json = copy.deepcopy(parameter["schema"])
    description, examples = schema.pop("description", ""), schema.pop("examples", [])
    completed = {**parameter, "schema": _without_null(schema), "description": description}
    return {**completed, "example": examples[0]} if examples else completed


def _without_null(schema: Json) -> Json:
    choices = [choice for choice in schema.pop("anyOf", []) if choice.get("type") != "null"]
    if schema.get("default", 0) is None:
        del schema["default"]
    return {**schema, **choices[0]} if choices else schema


def _complete_answers(operation: Json, schemas: Json) -> None:
    answers = operation["responses"]
    good = (
        answers["200"]
        .setdefault("content", {})
        .setdefault("application/json", {"schema": {"type": "object"}})
    )
    good["example"] = example_of(good["schema"], schemas)
    refusals = set(REFUSALS)
    if not operation.get("security"):
        refusals = {"422"}
    elif operation["operationId"].startswith("read_"):
        answers["200"]["headers"] = {"ETag": ENTITY_TAG}
        answers["304"] = {"description": "没有变化（If-None-Match）· Unchanged"}
        operation["parameters"].append(_condition())
    else:
        refusals -= {"404"}
    answers.update({status: _refusal(status) for status in sorted(refusals)})


def _condition() -> Json:
    about = "上次得到的 ETag · the entity tag of an earlier answer"
    return {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": about,
        "schema": {"type": "string"},
    }


def _refusal(status: str) -> Json:
    title = REFUSALS[status].split(" · ")[1]
    example = {"type": "about:blank", "status": int(status), "title": title, "errors": {}}
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    return {"description": REFUSALS[status], "content": {"application/problem+json": content}}
