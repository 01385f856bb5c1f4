"""The table in which people are brought in: its columns, its limits, and reading it into rows. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.kernel import tables, typed
from portal.kernel.errors import InvalidError
from portal.kernel.messages import _l
from portal.people.staff import folded

LARGEST = 5 << 20
MOST_ROWS = 5_000

HEADERS = {
    "username": ("用户名", "登录名", "账号", "帐号", "username", "login", "account"),
    "name": ("姓名", "名字", "name", "fullname"),
    "email": ("邮箱", "电子邮箱", "邮件", "email", "e-mail", "mail"),
    "department": ("部门", "所属部门", "department", "dept"),
    "post": ("岗位", "职位", "职务", "post", "position", "title"),
    "manager": ("上级", "直属上级", "主管", "经理", "manager", "reportsto", "superior"),
    "roles": ("角色", "权限", "roles", "role"),
}
TEMPLATE_HEADER = ("用户名", "姓名", "邮箱", "部门", "岗位", "上级", "角色")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: field name to text, for the columns it has; `problem` when it could not be read."""

    line: int
    cells: Mapping[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The table as read, with the headings that mean nothing to us."""

    rows: Sequence[Row]
    ignored: Sequence[str] = ()


def template() -> bytes:
    """A table to fill in, with two lines as examples."""
    examples = (
        ("wang.fang", "王芳", "wang.fang@example.com", "华东大区/华东轮胎组", "销售代表", "li.qiang", "成员"),
        ("li.qiang", "李强", "", "华东大区", "大区经理", "", "成员、培训师"),
    )
    return tables.write(TEMPLATE_HEADER, examples)


def parse(data: bytes) -> Sheet:
    """Read a table.

    Args:
        data: the file, CSV in UTF-8 or GB18030, separated by commas, semicolons or tabs, at most `LARGEST` bytes.

    Raises:
        InvalidError: it is too large, no text, or its headings lack what is needed.
    """
    if len(data) > LARGEST:
        raise InvalidError(_l("The file is larger than %(n)s MB. Split it.", n=LARGEST >> 20))
    records = tables.read(data)
    if not records:
        raise InvalidError(_l("The file is empty."))
    if len(records) > MOST_ROWS + 1:
        raise InvalidError(_l("The table has more than %(n)s lines. Split it.", n=MOST_ROWS))
    fields = _fields(records[0].cells)
    ignored = [typed.line(text) for text, field in zip(records[0].cells, fields, strict=True) if not field]
    return Sheet([_row(record, fields) for record in records[1:]], [text for text in ignored if text])


def _fields(headings: Sequence[str]) -> list[str]:
    known = {heading: field for field, headings in HEADERS.items() for heading in headings}
    fields = [known.get(folded(text).replace(" ", "").replace("_", ""), "") for text in headings]
    missing = [field for field in ("username", "name") if field not in fields]
    if missing:
        titles = str(_l(", ")).join(HEADERS[field][0] for field in missing)
        raise InvalidError(_l("The first line must name the columns. Missing: %(titles)s.", titles=titles))
    twice = [field for field in fields if field and fields.count(field) > 1]
    if twice:
        raise InvalidError(_l("The column %(title)s stands there twice.", title=HEADERS[twice[0]][0]))
    return fields


def _row(record: tables.Record, fields: Sequence[str]) -> Row:
    if record.problem:
        return Row(record.line, {}, record.problem)
    cells = {field: typed.line(text) for field, text in zip(fields, record.cells, strict=False) if field}
    surplus = any(text.strip() for text in record.cells[len(fields) :])
    return Row(record.line, cells, str(_l("This line has more cells than the first one.")) if surplus else "")
