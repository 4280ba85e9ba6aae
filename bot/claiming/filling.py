"""What stands in a claim: its fields, tidied, and what is wrong with them, by field. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from models.enums import Relation
from models.work_enums import ContactKind, Receiving

LONGEST_NAME, SHORTEST_ADDRESS, LONGEST_ADDRESS = 20, 6, 120
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|[2-9]\d{6,7}")
"""A mobile telephone, a landline with the area's number, a landline of this town."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The fields as they were sent. `agreed`: to the notice above them."""

    receiving: Receiving | None = None
    relation: Relation | None = None
    agreed: bool = False
    phone: str = ""
    recipient: str = ""
    address: str = ""
    under_age: bool = False
    guardian: str = ""
    guardian_phone: str = ""
    guardian_agrees: bool = False


def tidied(filled: Filled) -> Filled:
    """Without what stands around the values; telephones as digits. What is not asked for is not kept."""
    by_post = filled.receiving is Receiving.POST
    plain = replace(
        filled, phone=_digits(filled.phone), recipient=_line(filled.recipient), address=_line(filled.address),
        guardian=_line(filled.guardian), guardian_phone=_digits(filled.guardian_phone))
    if not by_post:
        plain = replace(plain, recipient="", address="")
    if not filled.under_age:
        plain = replace(plain, guardian="", guardian_phone="", guardian_agrees=False)
    return plain


def problems(filled: Filled, *, may_post: bool, age: int) -> dict[str, str]:
    """What is wrong, by the name of the field; of tidied fields. Empty: it can be taken."""
    found: dict[str, str] = {}
    if not filled.agreed:
        found["agreed"] = "请看过上面的说明，再勾选同意。"
    if filled.relation is None:
        found["relation"] = "请选一项。"
    if filled.receiving is None or (filled.receiving is Receiving.POST and not may_post):
        found["receiving"] = "请选怎么领。"
    if filled.receiving is Receiving.POST:
        found |= _posted(filled)
    elif filled.phone and not _PHONE.fullmatch(filled.phone):
        found["phone"] = _WRONG_PHONE
    if filled.under_age:
        found |= _guarded(filled, age)
    return found


_WRONG_PHONE = "这个电话号码好像不对，请看一看有没有多写、漏写数字。"


def _posted(filled: Filled) -> dict[str, str]:
    found = _name("recipient", filled.recipient, "请写收件人的姓名。")
    if not filled.phone and not filled.under_age:
        found["phone"] = "寄送要留电话，快递送到时好找您。"
    elif filled.phone and not _PHONE.fullmatch(filled.phone):
        found["phone"] = _WRONG_PHONE
    if len(filled.address) < SHORTEST_ADDRESS:
        found["address"] = "请写完整的地址：区、路、弄、号、室。"
    elif len(filled.address) > LONGEST_ADDRESS:
        found["address"] = f"地址最多 {LONGEST_ADDRESS} 个字。"
    return found


def _guarded(filled: Filled, age: int) -> dict[str, str]:
    found = _name("guardian", filled.guardian, "请写监护人的姓名。")
    if not _PHONE.fullmatch(filled.guardian_phone):
        found["guardian_phone"] = _WRONG_PHONE if filled.guardian_phone else "请写监护人的电话。"
    if not filled.guardian_agrees:
        found["guardian_agrees"] = f"未满{age}周岁，要监护人看过说明并同意。"
    return found


def _name(field: str, name: str, missing: str) -> dict[str, str]:
    if not name:
        return {field: missing}
    return {field: f"最多 {LONGEST_NAME} 个字。"} if len(name) > LONGEST_NAME else {}


def contacts(filled: Filled) -> dict[ContactKind, str]:
    """What is to be sealed of tidied fields."""
    given = {ContactKind.PHONE: filled.phone, ContactKind.RECIPIENT: filled.recipient,
             ContactKind.ADDRESS: filled.address, ContactKind.GUARDIAN: filled.guardian,
             ContactKind.GUARDIAN_PHONE: filled.guardian_phone}
    return {kind: text for kind, text in given.items() if text}


def _line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _digits(text: str) -> str:
    """13912345678 for +86 139-1234-5678; whatever else than a number stands there stays to be told of."""
    plain = re.sub(r"[\s()\-‐-―.]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"^(?:\+|00)86", "", plain)[:40]
