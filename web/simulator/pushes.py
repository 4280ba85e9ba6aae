"""Every kind of push, by name, with the platform's fields filled in. Knows no reader, no delivery, no HTTP.

Fields: "接收普通消息", "接收事件推送", "自定义菜单事件推送", "模板消息接口", "订阅通知", "发布能力"; `file` is sent though
undocumented (EasyWeChat's notes). Steering may change any field, or add ones that no page names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.errors import NotFound
from web.simulator.profiles import Right
from web.simulator.quota import Opens

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Push:
    """`msg_type`, for events with `event`; `opens`: which window for customer messages the reader opens by it.

    `right`: what the account must be granted to get it at all. `from_reader`: False where the platform itself
    is the sender (its FromUserName is then no reader of ours).
    """

    title: str
    msg_type: str = "event"
    event: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    opens: Opens = Opens.NOTHING
    right: Right | None = None
    from_reader: bool = True

    @property
    def has_message_id(self) -> bool:
        return self.msg_type != "event"


def _message(title: str, msg_type: str, **fields: Any) -> Push:
    return Push(title, msg_type, "", fields, Opens.MESSAGE)


def _event(title: str, event: str, opens: Opens = Opens.NOTHING, **fields: Any) -> Push:
    return Push(title, "event", event, fields, opens)


_SCAN = {"ScanType": "qrcode", "ScanResult": "http://127.0.0.1/code"}
_PICTURES = {"Count": 1, "PicList": {"item": {"PicMd5Sum": "1b5f7c23b5bf75682a53e7b6d163e185"}}}
_PLACE = {"Location_X": "31.2304", "Location_Y": "121.4737", "Scale": "16", "Label": "银杏路 1 号", "Poiname": ""}
_TEMPLATE_ID = "template-of-the-stand-in"

PUSHES: dict[str, Push] = {
    "text": _message("文字", "text", Content="您好"),
    "image": _message("图片", "image", PicUrl="", MediaId=""),
    "voice": _message("语音", "voice", MediaId="", Format="amr", Recognition=""),
    "video": _message("视频", "video", MediaId="", ThumbMediaId=""),
    "shortvideo": _message("小视频", "shortvideo", MediaId="", ThumbMediaId=""),
    "location": _message("位置", "location", Location_X="31.230416", Location_Y="121.473701", Scale="16",
                         Label="银杏路 1 号"),
    "link": _message("链接", "link", Title="今天的报纸", Description="第一版", Url="http://127.0.0.1/article"),
    "file": _message("文件", "file", Title="错字.docx", Description="", FileKey="key", FileMd5="0" * 32,
                     FileTotalLen="12345"),
    "sticker": _message("表情（平台转成文字）", "text", Content="【收到不支持的消息类型，暂无法显示】"),
    "from-article": _message("在文章里发的消息", "text", Content="您好", MsgDataId="100000001_1", Idx="1"),
    "unknown": _message("将来的新类型", "hologram", Surprise="新"),
    "subscribe": _event("关注", "subscribe", Opens.ACTION, EventKey=""),
    "subscribe-scan": _event("扫带参数的码关注", "subscribe", Opens.ACTION, EventKey="qrscene_3", Ticket="ticket"),
    "unsubscribe": _event("取消关注", "unsubscribe", EventKey=""),
    "SCAN": Push("扫码（已关注）", "event", "SCAN", {"EventKey": "3", "Ticket": "ticket"}, Opens.ACTION, Right.QRCODE),
    "CLICK": _event("点菜单", "CLICK", Opens.ACTION, EventKey="mine"),
    "VIEW": _event("点菜单里的网址", "VIEW", EventKey="http://127.0.0.1/", MenuId="1"),
    "LOCATION": Push("上报位置", "event", "LOCATION",
                     {"Latitude": "31.230416", "Longitude": "121.473701", "Precision": "65"},
                     right=Right.LOCATION),
    "scancode_push": _event("菜单扫码", "scancode_push", Opens.ACTION, EventKey="scan", ScanCodeInfo=_SCAN),
    "scancode_waitmsg": _event("菜单扫码并等待", "scancode_waitmsg", Opens.ACTION, EventKey="scan", ScanCodeInfo=_SCAN),
    "pic_sysphoto": _event("菜单拍照", "pic_sysphoto", EventKey="photo", SendPicsInfo=_PICTURES),
    "pic_photo_or_album": _event("菜单拍照或相册", "pic_photo_or_album", EventKey="photo", SendPicsInfo=_PICTURES),
    "pic_weixin": _event("菜单微信相册", "pic_weixin", EventKey="photo", SendPicsInfo=_PICTURES),
    "location_select": _event("菜单选位置", "location_select", EventKey="place", SendLocationInfo=_PLACE),
    "view_miniprogram": _event("菜单打开小程序", "view_miniprogram", EventKey="pages/index", MenuId="1"),
    "MASSSENDJOBFINISH": Push("群发结束", "event", "MASSSENDJOBFINISH",
                              {"MsgID": "1000001625", "Status": "sendsuccess", "TotalCount": "100",
                               "FilterCount": "80", "SentCount": "75", "ErrorCount": "5"}, from_reader=False),
    "TEMPLATESENDJOBFINISH": _event("模板消息送达", "TEMPLATESENDJOBFINISH", MsgID="200163836", Status="success"),
    "subscribe_msg_popup_event": _event("订阅通知弹窗", "subscribe_msg_popup_event", SubscribeMsgPopupEvent={
        "List": [{"TemplateId": _TEMPLATE_ID, "SubscribeStatusString": "accept", "PopupScene": "0"}]}),
    "subscribe_msg_change_event": _event("订阅通知改设置", "subscribe_msg_change_event", SubscribeMsgChangeEvent={
        "List": [{"TemplateId": _TEMPLATE_ID, "SubscribeStatusString": "reject"}]}),
    "subscribe_msg_sent_event": _event("订阅通知送达", "subscribe_msg_sent_event", SubscribeMsgSentEvent={
        "List": [{"TemplateId": _TEMPLATE_ID, "MsgID": "1700827132819554304", "ErrorCode": "0",
                  "ErrorStatus": "success"}]}),
    "PUBLISHJOBFINISH": Push("发布结束", "event", "PUBLISHJOBFINISH",
                             {"PublishEventInfo": {"publish_id": "2247503051", "publish_status": 0}},
                             from_reader=False),
    "unknown-event": _event("将来的新事件", "event_of_tomorrow", News="新"),
}  # fmt: skip


def find(name: str) -> Push:
    """NotFound for a name that is none."""
    try:
        return PUSHES[name]
    except KeyError:
        raise NotFound("没有这种推送。") from None
