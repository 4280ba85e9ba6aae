"""The base of every form, with CSRF on, and its sentences in Chinese. Knows no screen."""

from __future__ import annotations

import inspect
from typing import Any

from flask import Flask, request
from flask_wtf import CSRFProtect, FlaskForm  # type: ignore[import-untyped]
from werkzeug.exceptions import BadRequest
from wtforms import Field, IntegerField, ValidationError
from wtforms.validators import StopValidation

from web.numbers import LARGEST, whole

CSRF = CSRFProtect()


_AS_SENT = inspect.signature(FlaskForm.__init__).parameters["formdata"].default


class Form(FlaskForm):  # type: ignore[misc]
    """Every form of the console. A form without fields guards a button."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ("zh",)  # of the sentences that WTForms itself says

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Fields come from a form's text and from nothing else. Flask-WTF would take a JSON body as well, with values
            that no form can hold (lists, numbers, NUL, half characters), and a file in the place of a text. Files are
            the view's to read."""
            if formdata is _AS_SENT:
                return request.form if request.form or request.files else None
            return formdata


class WholeNumber(IntegerField):
    """A whole number that the database can hold; a larger one is the largest (IntegerField takes any)."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if valuelist and self.data is not None:
            try:
                whole(str(self.data))
            except ValueError:
                # The nearest that can be held: whoever judges it says what it should have been, or finds nothing.
                self.data = LARGEST if self.data > 0 else -LARGEST


class Required:
    """Something must stand here."""

    def __init__(self, message: str = "这里要填。") -> None:
        self.message = message
        self.field_flags = {"required": True}

    def __call__(self, _form: Any, field: Field) -> None:
        value = field.data
        if value is None or (isinstance(value, str) and not value.strip()):
            field.errors = []  # this sentence says what to fill in; what else is wrong with nothing need not be said
            raise StopValidation(self.message)


class AtMost:
    """At most so many characters."""

    def __init__(self, characters: int) -> None:
        self.characters = characters
        self.field_flags = {"maxlength": characters}

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data and len(field.data) > self.characters:
            raise ValidationError(f"最多 {self.characters} 个字。")


class Between:
    """A whole number from `lowest` to `highest`."""

    def __init__(self, lowest: int, highest: int) -> None:
        self.lowest, self.highest = lowest, highest
        self.field_flags = {"min": lowest, "max": highest}

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data is None or not self.lowest <= field.data <= self.highest:
            field.errors = []  # one sentence is enough for what is no number at all
            raise StopValidation(f"请填 {self.lowest} 到 {self.highest} 的整数。")


def register(app: Flask) -> None:
    # The token lives as long as the session: an editor may keep a page open over lunch.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["WTF_I18N_ENABLED"] = False  # we have no Flask-Babel; see Meta.locales
    CSRF.init_app(app)
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    """No text of ours holds a NUL and PostgreSQL stores none: refused here, once for every form and filter."""
    if (request.endpoint or "").startswith("webhook."):
        return  # its body is not ours to read
    if any("\0" in value for pairs in (request.args, request.form) for value in pairs.values()):
        raise BadRequest
