"""The platform's side of the webhook in tests: pushes of every kind, sent to a test client, answers opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.settings import Settings
from bot.wechat.keys import AccountKeys
from bot.wechat.platform_side import make_delivery, open_reply
from bot.wiring import keys_of

Fields = dict[str, Any]

MESSAGES: dict[str, Fields] = {
    "text": {"Content": "您好"},
    "image": {"PicUrl": "http://127.0.0.1/p.jpg", "MediaId": "media-1"},
    "voice": {"MediaId": "media-2", "Format": "amr"},
    "video": {"MediaId": "media-3", "ThumbMediaId": "thumb-3"},
    "shortvideo": {"MediaId": "media-4", "ThumbMediaId": "thumb-4"},
    "location": {"Location_X": "31.2", "Location_Y": "121.4", "Scale": "20", "Label": "银杏路"},
    "link": {"Title": "题目", "Description": "说明", "Url": "http://127.0.0.1/a"},
    "file": {"Title": "a.doc", "Description": "", "FileKey": "k", "FileMd5": "m", "FileTotalLen": "12"},
    "something_new": {"Surprise": "新"},
}
EVENTS: dict[str, Fields] = {
    "subscribe": {"EventKey": ""},
    "subscribe by code": {"Event": "subscribe", "EventKey": "qrscene_3", "Ticket": "ticket"},
    "unsubscribe": {},
    "SCAN": {"EventKey": "3", "Ticket": "ticket"},
    "CLICK": {"EventKey": "mine"},
    "VIEW": {"EventKey": "http://127.0.0.1/"},
    "LOCATION": {"Latitude": "31.2", "Longitude": "121.4", "Precision": "65"},
    "scancode_push": {"EventKey": "k", "ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": "1"}},
    "scancode_waitmsg": {"EventKey": "k", "ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": "1"}},
    "pic_sysphoto": {"EventKey": "k", "SendPicsInfo": {"Count": "1"}},
    "pic_photo_or_album": {"EventKey": "k", "SendPicsInfo": {"Count": "1"}},
    "pic_weixin": {"EventKey": "k", "SendPicsInfo": {"Count": "1"}},
    "location_select": {"EventKey": "k", "SendLocationInfo": {"Label": "银杏路"}},
    "MASSSENDJOBFINISH": {"MsgID": "988", "Status": "sendsuccess", "TotalCount": "100"},
    "TEMPLATESENDJOBFINISH": {"MsgID": "989", "Status": "failed:user block"},
    "subscribe_msg_popup_event": {"SubscribeMsgPopupEvent": {"List": {"TemplateId": "t"}}},
    "subscribe_msg_change_event": {"SubscribeMsgChangeEvent": {"List": {"TemplateId": "t"}}},
    "subscribe_msg_sent_event": {"SubscribeMsgSentEvent": {"List": {"TemplateId": "t", "MsgID": "1"}}},
    "PUBLISHJOBFINISH": {"PublishEventInfo": {"publish_id": "77", "publish_status": "0"}},
    "an_event_of_tomorrow": {"News": "新"},
}


@dataclass
class Platform:
    """Pushes to `/wechat/<account>` as the platform does; every message gets a MsgId of its own."""

    client: FlaskClient
    settings: Settings
    now: datetime
    account: str = "main"
    sent: int = field(default=0)

    def keys(self, account: str | None = None) -> AccountKeys:
        name = account or self.account
        return keys_of(name, self.settings.accounts[name])

    def fields(self, msg_type: str, more: Mapping[str, Any], *, sender: str = "oReaderA") -> Fields:
        self.sent += 1
        common: Fields = {"FromUserName": sender, "CreateTime": str(int(self.now.timestamp())), "MsgType": msg_type}
        if msg_type != "event":
            common["MsgId"] = str(9000 + self.sent)
        return common | dict(more)

    def text(self, content: str, *, sender: str = "oReaderA") -> Fields:
        return self.fields("text", {"Content": content}, sender=sender)

    def post(self, fields: Mapping[str, Any], *, account: str | None = None, timestamp: int | None = None,
             headers: Mapping[str, str] | None = None) -> TestResponse:  # fmt: skip
        when = int(self.now.timestamp()) if timestamp is None else timestamp
        query, body = make_delivery(self.keys(account), fields, timestamp=when, nonce="nonce")
        return self.client.post(f"/wechat/{account or self.account}", query_string=query, data=body, headers=headers)

    def opened(self, answer: TestResponse, *, account: str | None = None) -> Fields:
        return open_reply(self.keys(account), answer.get_data())

    def say(self, content: str, *, sender: str = "oReaderA", account: str | None = None) -> str:
        """The words of the answer to a text."""
        answer = self.post(self.text(content, sender=sender), account=account)
        assert answer.status_code == 200
        return str(self.opened(answer, account=account)["Content"])
