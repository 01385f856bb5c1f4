"""Forms that show what a service refused, beside the fields it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wtforms.form import BaseForm

FormType = TypeVar("FormType", bound="BaseForm")


def show(form: FormType, fields: Mapping[str, list[str]]) -> FormType:
    """Put sentences beside fields.

    Args:
        form: which is shown again.
        fields: name of a field to the sentences about it, as `InvalidError.fields`.

    Raises:
        KeyError: the form has no such field, so that nobody would see the sentence.
    """
    for name, texts in fields.items():
        form[name].errors = texts
    return form
