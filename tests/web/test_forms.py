"""What a form says of what is missing: one sentence, and that the one which says what to fill in."""

from __future__ import annotations

import pytest
from flask import Flask

from web.console.readers.leads import CloseForm
from web.console.readers.personal import EraseForm
from web.console.readers.readers import LinkForm
from web.forms import Form

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(("form", "field", "sent", "expected"), [
    (CloseForm, "outcome", {}, ["请选一项。"]),
    (LinkForm, "number", {"number": ""}, ["请填另一位读者任意一条纠错的编号。"]),
    (LinkForm, "number", {"number": "第三条"}, ["请填另一位读者任意一条纠错的编号。"]),
    (EraseForm, "sure", {"sure": ""}, ["请填“删除”两个字。"]),
    (EraseForm, "sure", {"sure": "好"}, ["请填“删除”两个字。"]),
])  # fmt: skip
def test_what_is_missing_is_said_once(
    app: Flask, form: type[Form], field: str, sent: dict[str, str], expected: list[str]
) -> None:
    with app.test_request_context(method="POST", data={"reason": "核对过", **sent}):
        filled = form()
        filled.validate()
    assert filled.errors[field] == expected
