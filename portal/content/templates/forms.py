"""Input of templates, and of what is filled in by them."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, StopValidation
from wtforms.widgets import HiddenInput

from portal.content.manuscripts import BODY_LENGTH, clean_tags, prepare
from portal.content.templates import fields as definitions
from portal.content.templates.fields import Field
from portal.content.templates.filling import PREFIX, Filled
from portal.content.templates.services import TemplateInput
from portal.kernel.collation import spellings
from portal.kernel.typed import line
from portal.platform.items import TITLE_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wtforms import Field as FormField

SEPARATORS = re.compile(r"[,，、;；\n]+")
CELL = re.compile(rf"{PREFIX}([a-z][a-z0-9_]*)-(\d{{1,4}})-([a-z][a-z0-9_]*)\Z")
PLAIN = re.compile(rf"{PREFIX}([a-z][a-z0-9_]*)\Z")
BUILT = re.compile(r"ask-(\d{1,3})-label\Z")
REQUIRED_WORDS = frozenset({"required", "必填"})
MOST_ROWS = 300


class RequiredUnlessMade(DataRequired):
    """A title is required, unless a template makes it."""

    def __call__(self, form: FlaskForm, field: FormField) -> None:
        """Pass an empty title on when the form is one of a template."""
        if request.form.get("template") and not (field.data or "").strip():
            raise StopValidation
        super().__call__(form, field)


class TemplateForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """Everything about a template but its fields, which `asked` reads."""

    title = StringField(
        _l("Template name"), [DataRequired(_l("Give the template a name.")), Length(max=TITLE_LENGTH)]
    )
    label_en = StringField(_l("Name in English"), [Length(max=80)])
    about = StringField(_l("When to use it"), [Length(max=300)])
    document_type = StringField(_l("Short word for {type}"), [Length(max=40)])
    pattern = StringField(_l("Pattern of the title"), [Length(max=200)])
    body = TextAreaField(_l("Text to begin with"), [Length(max=BODY_LENGTH)])
    space = SelectField(_l("For whom"), coerce=int)
    default_space = SelectField(_l("Space of new documents"), coerce=int)
    default_tags = StringField(_l("Tags of new documents"))
    keeper = SelectField(_l("Keeper"), coerce=int)
    note = StringField(_l("What has changed"), [Length(max=200)])
    submission = HiddenField(default=lambda: secrets.token_urlsafe(16))
    version = IntegerField(validators=[Optional()], widget=HiddenInput(), default=0)

    @property
    def expected(self) -> int:
        """The version that the person had before their eyes."""
        return self.version.data or 0

    def to_input(self) -> TemplateInput:
        """What was entered, cleaned and rendered."""
        note = self.note.data if "note" in self else ""
        return TemplateInput(
            manuscript=prepare(
                self.title.data or "", self.body.data or "", (), note or "", self.submission.data or ""
            ),
            fields=asked(request.form),
            keeper_id=self.keeper.data,
            pattern=line(self.pattern.data),
            document_type=line(self.document_type.data),
            label_en=line(self.label_en.data),
            about=line(self.about.data),
            space_id=self.space.data or None,
            default_space_id=self.default_space.data or None,
            default_tags=clean_tags(SEPARATORS.split(self.default_tags.data or "")),
        )


def sent(form: Mapping[str, str]) -> Filled | None:
    """What was filled in by a template; None when the form is one without."""
    template, version = (_number(form.get(name)) for name in ("template", "template_version"))
    if not template or not version:
        return None
    return Filled(template, version, typed(form), line(form.get("made_title")))


def typed(form: Mapping[str, str]) -> dict[str, Any]:
    """What was typed into the fields, by their keys; rows of tables in their order."""
    found: dict[str, Any] = {}
    rows: dict[str, dict[int, dict[str, str]]] = {}
    for name, text in form.items():
        if plain := PLAIN.match(name):
            found[plain[1]] = text
        elif cell := CELL.match(name):
            rows.setdefault(cell[1], {}).setdefault(int(cell[2]), {})[cell[3]] = text
    for key, numbered in rows.items():
        found[key] = [row for _number, row in sorted(numbered.items())][:MOST_ROWS]
    return found


def asked(form: Mapping[str, str]) -> list[Field]:
    """The fields that were defined, in the order that was given; rows without a name and removed ones do not count."""
    numbers = [int(found[1]) for name in form if (found := BUILT.match(name))]
    rows = [{name: form.get(f"ask-{number}-{name}", "") for name in ROW} for number in numbers]
    kept = [row for row in rows if row["label"].strip() and not row["remove"]]
    return list(_with_keys(sorted(kept, key=lambda row: _number(row["order"]) or 0)))


ROW = ("label", "key", "type", "required", "choices", "help", "unit", "columns", "order", "remove")


def _with_keys(rows: list[dict[str, str]]) -> Iterator[Field]:
    used = {row["key"].strip() for row in rows}
    for place, row in enumerate(rows, 1):
        key = row["key"].strip() or _key(row["label"], used, place)
        used.add(key)
        yield Field(
            key=key,
            label=line(row["label"])[: definitions.LABEL_LENGTH],
            type=row["type"],
            required=bool(row["required"]),
            choices=_choices(row["choices"], row["type"]),
            help=line(row["help"])[: definitions.HELP_LENGTH],
            unit=line(row["unit"])[:20],
            columns=tuple(_columns(row["columns"])) if row["type"] == definitions.TABLE else (),
        )


def _choices(text: str, wanted: str) -> tuple[str, ...]:
    if wanted != definitions.CHOICE:
        return ()
    found = dict.fromkeys(line(each)[:80] for each in re.split(r"[,，、;；\r\n]+", text))
    return tuple(each for each in found if each)[: definitions.MOST_CHOICES]


def _columns(text: str) -> Iterator[Field]:
    """Columns as people write them: one a line, `name | type | required | choice/choice | key`, all but the name optional."""
    used: set[str] = set()
    for place, written in enumerate(filter(None, map(line, text.splitlines())), 1):
        label, *rest = [part.strip() for part in re.split(r"[|｜]", written)]
        facts = _facts(rest)
        key = facts.pop("key", "") or _key(label, used, place)
        used.add(key)
        yield Field(key=key, label=label[: definitions.LABEL_LENGTH], **facts)


def _facts(parts: list[str]) -> dict[str, Any]:
    known = {str(label).lower(): name for name, label in definitions.TYPES.items()} | CHINESE
    found: dict[str, Any] = {}
    for part in parts:
        if "type" not in found and (part.lower() in definitions.TYPES or part.lower() in known):
            found["type"] = known.get(part.lower(), part.lower())
        elif part.lower() in REQUIRED_WORDS:
            found["required"] = True
        elif "/" in part:
            found["choices"] = tuple(filter(None, (line(each) for each in part.split("/"))))
        elif definitions.KEY.match(part):
            found["key"] = part
        elif part:
            found["unit"] = part
    return found


CHINESE = {
    "文本": "text", "文字": "text", "数字": "number", "金额": "money", "日期": "date", "选项": "choice", "人员": "person",
    "客户": "customer", "竞争对手": "competitor", "表格": "table",
}  # fmt: skip


def written(column: Field) -> str:
    """A column as `_columns` reads it."""
    kind = next((word for word, name in CHINESE.items() if name == column.type), column.type)
    choices = "/".join(column.choices)
    return " | ".join(
        filter(
            None, (column.label, kind, "必填" if column.required else "", choices, column.unit, column.key)
        )
    )


def _key(label: str, used: set[str], place: int) -> str:
    """A key made of a name's spelling."""
    plain = re.sub(r"[^a-z0-9]+", "_", spellings(label).split(" ")[0]).strip("_")[:24]
    key = plain if definitions.KEY.match(plain) and plain not in definitions.RESERVED else f"field_{place}"
    return key if key not in used else f"{key[:24]}_{place}"


def _number(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else 0
