"""Every kind of message and event, known or not; the key by which a resend is known."""

import json
import string
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message

from bot.wechat import bodies
from bot.wechat.keys import BodyFormat, Mode
from bot.wechat.messages import read_incoming
from bot.wechat.platform_side import make_delivery
from bot.wechat.protocol import Gate

TIMESTAMP = 1_700_000_000
SUBSCRIBE_LIST = [{"TemplateId": "t1", "SubscribeStatusString": "accept", "PopupScene": "0"}]
SUBSCRIBE_LISTS = [
    *SUBSCRIBE_LIST,
    {"TemplateId": "t2", "SubscribeStatusString": "reject", "PopupScene": "0"},
]
PICTURES = {"Count": "1", "PicList": {"item": {"PicMd5Sum": "5a75aaca956d97be686719218f275c6b"}}}
PUBLISHED = {
    "publish_id": "2247503051", "publish_status": "0", "article_id": "b5O2OUs25HBxRceL7hfReg",
    "article_detail": {"count": "1", "item": {"idx": "1", "article_url": "http://mp.example.com/s?a=1&b=2"}},
}  # fmt: skip

# name: (fields beside the four that all share, what shall be found in the typed message)
MESSAGES = {
    "text": ({"Content": "第3版", "MsgId": "1"}, {"content": "第3版", "msg_id": "1"}),
    "text of an article": (
        {"MsgType": "text", "Content": "x", "MsgId": "1", "MsgDataId": "9", "Idx": "1"},
        {"content": "x", "fields": {"MsgDataId": "9", "Idx": "1"}},
    ),
    "image": (
        {"PicUrl": "http://mmbiz.example.com/p", "MediaId": "m", "MsgId": "1"},
        {"pic_url": "http://mmbiz.example.com/p", "media_id": "m", "content": None},
    ),
    "voice": (
        {"MediaId": "m", "Format": "amr", "Recognition": "第三版", "MsgId": "1"},
        {"media_id": "m", "content": "第三版", "fields": {"Format": "amr"}},
    ),
    "voice with empty Recognition": (
        {"MsgType": "voice", "MediaId": "m", "Format": "amr", "Recognition": "", "MsgId": "1"},
        {"media_id": "m", "content": None},
    ),
    "voice without Recognition": (
        {"MsgType": "voice", "MediaId": "m", "Format": "speex", "MsgId": "1"},
        {"media_id": "m", "content": None},
    ),
    "video": (
        {"MediaId": "m", "ThumbMediaId": "t", "MsgId": "1"},
        {"media_id": "m", "fields": {"ThumbMediaId": "t"}},
    ),
    "shortvideo": (
        {"MediaId": "m", "ThumbMediaId": "t", "MsgId": "1"},
        {"media_id": "m", "fields": {"ThumbMediaId": "t"}},
    ),
    "location": (
        {"Location_X": "23.134521", "Location_Y": "113.358803", "Scale": "20", "Label": "某地", "MsgId": "1"},
        {"fields": {"Location_X": "23.134521", "Location_Y": "113.358803", "Scale": "20", "Label": "某地"}},
    ),
    "link": (
        {"Title": "t", "Description": "d", "Url": "http://example.com/?a=1&b=2", "MsgId": "1"},
        {"fields": {"Title": "t", "Description": "d", "Url": "http://example.com/?a=1&b=2"}},
    ),
    "file": (
        {"Title": "a.pdf", "FileKey": "k", "FileMd5": "5", "FileTotalLen": "7", "MsgId": "1"},
        {"fields": {"Title": "a.pdf", "FileKey": "k", "FileMd5": "5", "FileTotalLen": "7"}},
    ),
    "hologram": (
        {"Depth": "3", "MsgId": "1"},
        {"msg_type": "hologram", "event": None, "fields": {"Depth": "3"}},
    ),
    "a kind in capitals": ({"MsgType": "TEXT", "Content": "x", "MsgId": "1"}, {"msg_type": "text"}),
}  # fmt: skip
EVENTS = {
    "subscribe": ({"EventKey": ""}, {"event_key": ""}),
    "subscribe by QR code": (
        {"Event": "subscribe", "EventKey": "qrscene_123", "Ticket": "T"},
        {"event": "subscribe", "event_key": "qrscene_123", "fields": {"Ticket": "T"}},
    ),
    "unsubscribe": ({"EventKey": ""}, {"event": "unsubscribe"}),
    "SCAN": (
        {"EventKey": "123", "Ticket": "T"},
        {"event": "scan", "event_key": "123", "fields": {"Ticket": "T"}},
    ),
    "CLICK": ({"EventKey": "RULES"}, {"event": "click", "event_key": "RULES"}),
    "VIEW": (
        {"EventKey": "http://example.com/?a=1&b=2"},
        {"event": "view", "event_key": "http://example.com/?a=1&b=2"},
    ),
    "LOCATION": (
        {"Latitude": "23.1", "Longitude": "113.3", "Precision": "119.3"},
        {"event": "location", "fields": {"Latitude": "23.1", "Longitude": "113.3", "Precision": "119.3"}},
    ),
    "scancode_push": (
        {"EventKey": "6", "ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": "1"}},
        {"event_key": "6", "fields": {"ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": "1"}}},
    ),
    "scancode_waitmsg": (
        {"EventKey": "6", "ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": "2"}},
        {"fields": {"ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": "2"}}},
    ),
    "pic_sysphoto": ({"EventKey": "6", "SendPicsInfo": PICTURES}, {"fields": {"SendPicsInfo": PICTURES}}),
    "pic_photo_or_album": (
        {"EventKey": "6", "SendPicsInfo": PICTURES},
        {"fields": {"SendPicsInfo": PICTURES}},
    ),
    "pic_weixin": ({"EventKey": "6", "SendPicsInfo": PICTURES}, {"fields": {"SendPicsInfo": PICTURES}}),
    "location_select": (
        {"EventKey": "6", "SendLocationInfo": {"Location_X": "23", "Label": "某地"}},
        {"fields": {"SendLocationInfo": {"Location_X": "23", "Label": "某地"}}},
    ),
    "MASSSENDJOBFINISH": (
        {"MsgID": "1000001625", "Status": "send success", "TotalCount": "100"},
        {"msg_id": None, "fields": {"MsgID": "1000001625", "Status": "send success", "TotalCount": "100"}},
    ),
    "TEMPLATESENDJOBFINISH": (
        {"MsgID": "200163836", "Status": "failed:user block"},
        {"msg_id": None, "fields": {"MsgID": "200163836", "Status": "failed:user block"}},
    ),
    "subscribe_msg_popup_event": (
        {"SubscribeMsgPopupEvent": {"List": SUBSCRIBE_LISTS}},
        {"fields": {"SubscribeMsgPopupEvent": {"List": SUBSCRIBE_LISTS}}},
    ),
    "subscribe_msg_change_event": (
        {"SubscribeMsgChangeEvent": {"List": SUBSCRIBE_LIST[0]}},
        {"fields": {"SubscribeMsgChangeEvent": {"List": SUBSCRIBE_LIST[0]}}},
    ),
    "subscribe_msg_sent_event": (
        {"SubscribeMsgSentEvent": {"List": {"TemplateId": "t1", "MsgID": "1", "ErrorCode": "0"}}},
        {"fields": {"SubscribeMsgSentEvent": {"List": {"TemplateId": "t1", "MsgID": "1", "ErrorCode": "0"}}}},
    ),
    "PUBLISHJOBFINISH": ({"PublishEventInfo": PUBLISHED}, {"fields": {"PublishEventInfo": PUBLISHED}}),
    "brand_new_event": (
        {"Some": {"Thing": "x"}},
        {"event": "brand_new_event", "fields": {"Some": {"Thing": "x"}}},
    ),
}
KINDS = [
    pytest.param({"MsgType": name} | given, {"msg_type": name.split()[0]} | found, id=name)
    if name != "a kind in capitals"
    else pytest.param(given, found, id=name)
    for name, (given, found) in MESSAGES.items()
] + [
    pytest.param(
        {"MsgType": "event", "Event": name} | given,
        {"msg_type": "event", "event": name.lower().split()[0]} | found,
        id=name,
    )
    for name, (given, found) in EVENTS.items()
]
BASE = {"ToUserName": "gh_test", "FromUserName": "oUser1", "CreateTime": TIMESTAMP}


def incoming(**fields):
    return read_incoming(BASE | fields)


@pytest.mark.parametrize("mode", [Mode.PLAINTEXT, Mode.SAFE])
@pytest.mark.parametrize("body_format", list(BodyFormat))
@pytest.mark.parametrize(("fields", "found"), KINDS)
def test_every_message_type_and_event_is_accepted(make_keys, as_query, now, mode, body_format, fields, found):
    keys = make_keys(mode, body_format)
    query, body = make_delivery(keys, BASE | fields, timestamp=TIMESTAMP, nonce="n", random16=b"r" * 16)
    message = Gate(keys).receive(as_query(query), body, now=now).message
    assert {name: getattr(message, name) for name in found} == found
    assert (message.to, message.sender, message.created) == ("gh_test", "oUser1", TIMESTAMP)
    assert json.loads(json.dumps(message.fields)) == message.fields


@pytest.mark.parametrize(("fields", "found"), KINDS)
def test_wechatpy_reads_the_same_fields(fields, found):
    body = bodies.build(BodyFormat.XML, BASE | fields)
    ours, theirs = read_incoming(bodies.parse_xml(body)), parse_message(body.decode())
    assert (ours.to, ours.sender) == (theirs.target, theirs.source)
    assert ours.created_at == theirs.create_time
    if theirs.type != "unknown":
        assert ours.msg_type == theirs.type
        assert int(ours.msg_id or ours.fields.get("MsgID", 0)) == theirs.id
    for name, attribute in {"content": "content", "media_id": "media_id", "pic_url": "image"}.items():
        if found.get(name) is not None and theirs.type in ("text", "image", "video"):
            assert getattr(ours, name) == getattr(theirs, attribute)
    for name, attribute in {
        "Latitude": "latitude",
        "ThumbMediaId": "thumb_media_id",
        "Ticket": "ticket",
    }.items():
        if name in ours.fields and hasattr(theirs, attribute):
            assert str(ours.fields[name]) == str(getattr(theirs, attribute))


def test_json_numbers_serve_as_ids_and_keys():
    message = incoming(MsgType="event", Event="SCAN", EventKey=123, MsgId=24000000000000001)
    assert (message.event_key, message.msg_id) == ("123", "24000000000000001")


@pytest.mark.parametrize("given_time", [1_700_000_000, "1700000000", 1_700_000_000_999, "1700000000000"])
def test_create_time_in_milliseconds_is_tolerated(given_time):
    message = incoming(MsgType="text", CreateTime=given_time)
    assert message.created == TIMESTAMP
    assert message.created_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_a_repeated_unknown_element_becomes_a_list():
    body = b"<xml><A>1</A><A><B>2</B></A><A/></xml>"
    assert bodies.parse_xml(body) == {"A": ["1", {"B": "2"}, ""]}


@pytest.mark.slow
@given(
    st.dictionaries(
        st.text(string.ascii_letters, min_size=1, max_size=8),
        st.recursive(
            st.text(
                st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=20
            ),
            lambda inner: st.dictionaries(
                st.text(string.ascii_letters, min_size=1, max_size=8), inner, min_size=1
            ),
            max_leaves=6,
        ),
    ),
    st.sampled_from(list(BodyFormat)),
)
def test_what_is_built_is_parsed_again(fields, body_format):
    assert bodies.parse(body_format, bodies.build(body_format, fields)) == fields


# The key


def event(**fields):
    return incoming(MsgType="event", **fields)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # The platform has been seen to give one MsgId to two readers who write at the same moment.
        (incoming(MsgType="text", MsgId="1"), incoming(MsgType="text", MsgId="1")._replace(sender="oUser2")),
        (incoming(MsgType="text", MsgId="1"), incoming(MsgType="text", MsgId="2")),
        (incoming(MsgType="text", MsgId="1"), incoming(MsgType="text", MsgId="1", CreateTime=TIMESTAMP + 1)),
        (incoming(MsgType="text", Content="a"), incoming(MsgType="text", Content="b")),
        (event(Event="CLICK", EventKey="A"), event(Event="CLICK", EventKey="B")),
        (event(Event="CLICK", EventKey="A"), event(Event="VIEW", EventKey="A")),
        (event(Event="subscribe"), event(Event="unsubscribe")),
        (event(Event="MASSSENDJOBFINISH", MsgID="1"), event(Event="MASSSENDJOBFINISH", MsgID=2)),
        (
            event(Event="PUBLISHJOBFINISH", PublishEventInfo={"publish_id": "1"}),
            event(Event="PUBLISHJOBFINISH", PublishEventInfo={"publish_id": 2}),
        ),
        (event(Event="SCAN", EventKey="1", Ticket="a"), event(Event="SCAN", EventKey="1", Ticket="b")),
        (event(Event="CLICK", EventKey="a:b"), event(Event="CLICK", EventKey="a")),
        (event(Event="VIEW", EventKey="x" * 500), event(Event="VIEW", EventKey="x" * 499 + "y")),
        (event(Event="CLICK", EventKey="规则"), event(Event="CLICK", EventKey="截止")),
    ],
)
def test_different_deliveries_have_different_keys(one, other):
    assert one.dedupe_key != other.dedupe_key


def test_the_key_reads_as_sender_second_and_message_id():
    assert incoming(MsgType="text", MsgId="24000000000000001").dedupe_key == (
        "oUser1:1700000000:m:24000000000000001"
    )
    assert event(Event="CLICK", EventKey="RULES").dedupe_key == "oUser1:1700000000:e:event:click:RULES"


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("body_format", list(BodyFormat))
def test_a_resend_has_the_same_key(make_keys, as_query, text_fields, now, mode, body_format):
    keys = make_keys(mode, body_format)
    found = set()
    for attempt in range(3):
        query, body = make_delivery(keys, text_fields, timestamp=TIMESTAMP + attempt * 5, nonce=f"n{attempt}")
        found.add(Gate(keys).receive(as_query(query), body, now=now).message.dedupe_key)
    assert found == {"oUser1:1700000000:m:24000000000000001"}


@given(
    sender=st.text(min_size=1, max_size=64), key=st.text(max_size=300), name=st.text(max_size=64),
    ticket=st.text(max_size=300), msg_id=st.none() | st.text(max_size=64),
)  # fmt: skip
def test_a_key_is_ascii_of_at_most_200_characters(sender, key, name, ticket, msg_id):
    fields = {"FromUserName": sender, "Event": name, "EventKey": key, "Ticket": ticket, "MsgId": msg_id}
    found = incoming(MsgType="event", **fields).dedupe_key
    assert found.isascii()
    assert len(found) <= 200
