"""Input of people: signing in, settings, keys, persons, departments, posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, NumberRange

from portal.kernel import typed
from portal.kernel.actor import ADMINISTRATOR, MEMBER, PUBLISHER, READER, TRAINER
from portal.people.keys import LONGEST_DAYS
from portal.people.services import ABOUT_LENGTH, PersonInput
from portal.web import refusals

if TYPE_CHECKING:
    from portal.kernel.errors import InvalidError

LANGUAGES = (("zh_Hans_CN", "中文"), ("en", "English"))
THEMES = (("auto", _l("Automatic")), ("light", _l("Light")), ("dark", _l("Dark")))
ROLE_LABELS = (
    (READER, _l("Reader")),
    (MEMBER, _l("Member")),
    (PUBLISHER, _l("Publisher")),
    (TRAINER, _l("Trainer")),
    (ADMINISTRATOR, _l("Administrator")),
)


class SignInForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """Name and password, and where to go afterwards."""

    username = StringField(_l("User name"), filters=[typed.line])
    password = PasswordField(_l("Password"))
    next = HiddenField()


class SettingsForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """What a person chooses for themselves."""

    locale = SelectField(_l("Language"), choices=lambda: LANGUAGES)
    theme = SelectField(_l("Appearance"), choices=lambda: [(theme, str(label)) for theme, label in THEMES])
    about = TextAreaField(_l("About me"), [Length(max=ABOUT_LENGTH)], filters=[typed.paragraphs])


class PasswordForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """A new password, proved by the present one."""

    current = PasswordField(_l("Current password"), [InputRequired()])
    password = PasswordField(_l("New password"), [InputRequired()])
    again = PasswordField(
        _l("New password again"), [EqualTo("password", message=_l("The two new passwords are not the same."))]
    )


class TokenForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """A key for the API."""

    name = StringField(_l("What it is for"), [DataRequired(), Length(max=80)], filters=[typed.line])
    days = IntegerField(_l("Days it lasts"), [InputRequired(), NumberRange(1, LONGEST_DAYS)], default=90)


def _key(text: str | int | None) -> int:
    """A key of a row, 0 for none."""
    return int(text or 0)


def _role_choices() -> list[tuple[str, str]]:
    return [(role, str(label)) for role, label in ROLE_LABELS]


def _lower(text: str | None) -> str:
    return typed.line(text).lower()


class PersonForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """What an administrator says of a person."""

    version = HiddenField(default="0")
    username = StringField(_l("User name"), [DataRequired(), Length(max=60)], filters=[_lower])
    name = StringField(_l("Name"), [DataRequired(), Length(max=80)], filters=[typed.line])
    email = StringField(_l("Email"), [Length(max=200)], filters=[typed.line])
    department = SelectField(_l("Department"), coerce=_key)
    post = SelectField(_l("Post"), coerce=_key)
    manager = SelectField(_l("Manager"), coerce=_key)
    roles = SelectMultipleField(_l("Roles"), [DataRequired()], choices=_role_choices, default=[MEMBER])

    def to_input(self) -> PersonInput:
        """What was entered."""
        return PersonInput(
            username=self.username.data or "",
            name=self.name.data or "",
            email=self.email.data or "",
            department_id=self.department.data,
            post_id=self.post.data or None,
            manager_id=self.manager.data or None,
            roles=frozenset(self.roles.data or ()),
        )

    @property
    def expected(self) -> int:
        """The version that was on the screen; 0, which no row has, when somebody has played with it."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - fits a column

    def show_errors(self, error: InvalidError) -> None:
        """Put what a service refused beside the fields it is about."""
        refusals.show(self, error.fields)


class DepartmentForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """Name, place and kind of a department; the kind is asked for when it is made."""

    name = StringField(_l("Department name"), [DataRequired(), Length(max=80)], filters=[typed.line])
    parent = SelectField(_l("Belongs to"), coerce=_key)
    kind = SelectField(_l("Kind"), validate_choice=False)


class PostForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """A post in both languages."""

    name = StringField(_l("Post name"), [DataRequired(), Length(max=80)], filters=[typed.line])
    name_en = StringField(_l("Name in English"), [Length(max=80)], filters=[typed.line])
