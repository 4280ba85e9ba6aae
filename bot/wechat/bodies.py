"""Bodies of the message push, XML and JSON, to and from plain dicts. Knows no signature or message type.

Direct expat: three times as fast as the usual XML-to-dict package, which also trims a text's outer spaces.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from bot.wechat.keys import BodyFormat
from bot.wechat.refusals import RefusalReason, Refused

MAX_DEPTH = 16  # the deepest known push (subscribe_msg events) has 4 levels

# A second one of these would let two readers of the same body see two different messages.
_ONCE = frozenset(
    [
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "MsgId",
        "Content",
        "MediaId",
        "PicUrl",
        "Recognition",
        "Event",
        "EventKey",
        "Ticket",
        "Encrypt",
        "MsgSignature",
        "TimeStamp",
        "Nonce",
    ]
)
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def drop_illegal(text: str) -> str:
    """`text` without what XML cannot hold: control characters, lone surrogates, U+FFFE and U+FFFF."""
    return _ILLEGAL.sub("", text)


def parse(body_format: BodyFormat, body: bytes) -> dict[str, Any]:
    """The body's fields: strings (JSON: also numbers), nested dicts, lists where a name repeats.

    An XML element that holds one item is a dict, several are a list, as in the platform's JSON.
    Raise Refused, and nothing else, on anything that is not such a body.
    """
    return parse_xml(body) if body_format is BodyFormat.XML else parse_json(body)


def parse_xml(body: bytes) -> dict[str, Any]:
    """The children of `<xml>`; an empty element is "". A DOCTYPE is refused: no entity is ever expanded."""
    try:
        return _parse_xml_once(body)
    except ExpatError:
        # Readers do send control characters, which XML forbids and the platform passes on. A second try
        # without them is better than a fault notice on the reader's phone.
        repaired = drop_illegal(body.decode("utf-8", "replace")).encode("utf-8")
    try:
        return _parse_xml_once(repaired)
    except ExpatError as error:
        raise Refused(RefusalReason.MALFORMED, "not XML") from error


def _parse_xml_once(body: bytes) -> dict[str, Any]:
    stack: list[dict[str, Any] | None] = []  # the open elements; None for one without children so far
    text: list[str] = []
    fields: dict[str, Any] = {}

    def start(name: str, _attributes: dict[str, str]) -> None:
        if not stack and name != "xml":
            raise Refused(RefusalReason.MALFORMED, "root element")
        if len(stack) >= MAX_DEPTH:
            raise Refused(RefusalReason.MALFORMED, "too deep")
        stack.append(None if stack else fields)
        text.clear()

    def end(name: str) -> None:
        node = stack.pop()
        if not stack:
            return
        parent = stack[-1]
        if parent is None:
            parent = stack[-1] = {}
        value = "".join(text) if node is None else node
        if name in parent:
            _repeat(parent, name, value, top=len(stack) == 1)
        else:
            parent[name] = value

    parser = ParserCreate("UTF-8")  # fixed: the document must not choose its encoding
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.Parse(body, True)
    return fields


def _repeat(parent: dict[str, Any], name: str, value: Any, *, top: bool) -> None:
    if top and name in _ONCE:
        raise Refused(RefusalReason.REPEATED_ELEMENT, name)
    present = parent[name]
    # Parsed values are strings and dicts, so a list can only come from an earlier repetition: it is ours to append to.
    if isinstance(present, list):
        present.append(value)
    else:
        parent[name] = [present, value]


def _refuse_doctype(_name: str, _system_id: str | None, _public_id: str | None, _internal: int) -> None:
    raise Refused(RefusalReason.DOCTYPE)


def parse_json(body: bytes) -> dict[str, Any]:
    """The object in `body`, without characters that a database or XML refuses (NUL, lone surrogates)."""
    try:
        value = json.loads(
            body.decode("utf-8-sig", "replace"),
            strict=False,
            object_pairs_hook=_object_of_pairs,
            parse_constant=_refuse_constant,
        )
    except (ValueError, RecursionError) as error:
        raise Refused(RefusalReason.MALFORMED, "not JSON") from error
    if not isinstance(value, dict):
        raise Refused(RefusalReason.MALFORMED, "not a JSON object")
    cleaned: dict[str, Any] = _clean(value, 0)
    return cleaned


def _object_of_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Refused(RefusalReason.REPEATED_ELEMENT, "in JSON")
    return fields


def _refuse_constant(_name: str) -> None:
    raise Refused(RefusalReason.MALFORMED, "not a JSON number")


def _clean(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return drop_illegal(value)
    if isinstance(value, float) and value - value != 0:  # 1e999 parses as infinity, which no JSON can hold
        raise Refused(RefusalReason.MALFORMED, "not a JSON number")
    if depth >= MAX_DEPTH and isinstance(value, dict | list):
        raise Refused(RefusalReason.MALFORMED, "too deep")
    if isinstance(value, dict):
        cleaned = {drop_illegal(name): _clean(item, depth + 1) for name, item in value.items()}
        if len(cleaned) != len(value):
            raise Refused(RefusalReason.REPEATED_ELEMENT, "in JSON")
        return cleaned
    if isinstance(value, list):
        return [_clean(item, depth + 1) for item in value]
    return value


def build(body_format: BodyFormat, fields: Mapping[str, Any]) -> bytes:
    """A body holding `fields`: strings, ints, nested dicts, and lists for repeated elements."""
    if body_format is BodyFormat.JSON:
        # The platform refuses \\uXXXX escapes (40033): raw UTF-8.
        return json.dumps(_clean(dict(fields), 0), ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return f"<xml>{''.join(_elements(fields.items()))}</xml>".encode()


def _elements(items: Iterable[tuple[str, Any]]) -> Iterable[str]:
    for name, value in items:
        if isinstance(value, list):
            yield from _elements((name, item) for item in value)
        elif isinstance(value, Mapping):
            yield f"<{name}>{''.join(_elements(value.items()))}</{name}>"
        elif isinstance(value, int):
            yield f"<{name}>{value}</{name}>"
        else:
            yield f"<{name}>{cdata(str(value))}</{name}>"


def cdata(text: str) -> str:
    """`text` as a CDATA section that it cannot break out of: a `]]>` in it is split over two sections."""
    return f"<![CDATA[{drop_illegal(text).replace(']]>', ']]]]><![CDATA[>')}]]>"
