"""What readers do: words, pictures, voices, menu, codes, and any push by its name. Delivers nothing itself.

Every act is written into the transcript first: a replay calls the same functions again.
"""

from __future__ import annotations

import base64
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.errors import BadInput, NotFound
from web.simulator import limits, pushes
from web.simulator.books import Books, who
from web.simulator.errcodes import Failure
from web.simulator.media import quiet_voice, small_video
from web.simulator.profiles import may
from web.simulator.quota import Opens
from web.simulator.transcript import LineKind
from web.simulator.values import Kind, Reader, Side

SYSTEM_SENDER = "o_platform_itself_00000000"
LATEST = timedelta(days=3)


class Acts(Books, ABC):
    """The acts; a subclass says how fields are sent on their way."""

    @abstractmethod
    def dispatch(self, account: str, reader: Reader | None, fields: Mapping[str, Any], label: str,
                 message_id: int | None) -> int:  # fmt: skip
        """Sends `fields` on their way; the delivery's number."""

    def push_system(self, account: str, event: str, fields: Mapping[str, Any]) -> int:
        """An event that the platform itself sends: FromUserName is no reader."""
        head = {"FromUserName": SYSTEM_SENDER, "CreateTime": int(self.clock.now().timestamp()), "MsgType": "event"}
        return self.dispatch(account, None, head | {"Event": event, **fields}, f"事件 {event}", None)

    def push_as(self, reader: Reader, event: str, fields: Mapping[str, Any]) -> int:
        """An event about a reader that is not the reader's own doing."""
        fields = self._head(reader) | {"MsgType": "event", "Event": event, **fields}
        return self.dispatch(reader.account, reader, fields, f"事件 {event}", None)

    def add_reader(self, account: str, name: str) -> Reader:
        """A new reader, who follows at once (as by scanning the printed code)."""
        reader = self.store.add_reader(self.account(account), name, following=False)
        self.transcript.add(LineKind.ACT, now=self.clock.now(), act="add_reader", account=account, reader=reader.name)
        return self._follow(reader)

    def send_text(self, reader: Reader, text: str, *, late: timedelta = timedelta()) -> None:
        """The reader types something. The spaces around it are kept, as the phone keeps them."""
        self._check_following(reader)
        if not text.strip():
            raise BadInput("先写点什么再发送。")
        self._check_length(text)
        self._act("text", reader, text=text, **_late(late))
        self._message(reader, "text", {"Content": text}, label=short(text), shown=(Kind.TEXT, text, None), late=late)

    def send_burst(self, reader: Reader, texts: list[str]) -> None:
        """Many messages in one moment, all on their way at once."""
        self._check_following(reader)
        if not 1 <= len(texts) <= limits.BURST or not all(text.strip() for text in texts):
            raise BadInput(f"一次最多连发 {limits.BURST} 条，每条都要有字。")
        for text in texts:
            self.send_text(reader, text)

    def send_picture(self, reader: Reader, data: bytes, *, address: str = "") -> None:
        """The reader sends a picture; its address is ours, for as long as we keep it, unless another is given."""
        self._check_following(reader)
        media_id = self._keep(reader, "image", data)
        fields = {"PicUrl": address or self._picture_address(media_id), "MediaId": media_id}
        self._act("picture", reader, data=_base64(data), address=address)
        shown = (Kind.PICTURE, "", f"/pictures/{media_id}")
        self._message(reader, "image", fields, label="［图片］", shown=shown)

    def send_voice(self, reader: Reader, recognition: str = "", data: bytes | None = None) -> None:
        """The reader speaks. `recognition`: what the platform heard; nowadays it mostly gives nothing."""
        self._check_following(reader)
        self._check_length(recognition)
        media_id = self._keep(reader, "voice", data or quiet_voice())
        fields = {"MediaId": media_id, "Format": "amr", "Recognition": recognition.strip()}
        self._act("voice", reader, recognition=recognition, data=_base64(data) if data else "")
        label = f"［语音］{short(recognition)}"
        self._message(reader, "voice", fields, label=label, shown=(Kind.VOICE, recognition.strip(), None))

    def click(self, reader: Reader, key: str) -> None:
        """The reader presses a button of the menu."""
        self._check_following(reader)
        button = next((one for one in self.menu(reader.account) if one.key == key), None)
        if button is None:
            raise NotFound("菜单里没有这个按钮。")
        self._act("click", reader, key=key)
        event = {"click": "CLICK", "view": "VIEW"}.get(button.kind, button.kind)
        if button.kind in ("media_id", "article_id", "article_view_limited", "miniprogram"):
            raise BadInput("这个按钮由手机自己打开，公众号收不到事件。")
        opens = Opens.ACTION if event in ("CLICK", "scancode_push", "scancode_waitmsg") else Opens.NOTHING
        known = pushes.PUSHES.get(event)
        more = {name: value for name, value in known.fields.items() if name != "EventKey"} if known else {}
        self._event(reader, event, key, f"点了菜单“{button.title}”", opens=opens, more=more)

    def follow(self, reader: Reader) -> Reader:
        """subscribe; does nothing for one who follows already."""
        if reader.following:
            return reader
        self._act("follow", reader)
        return self._follow(reader)

    def unfollow(self, reader: Reader) -> Reader:
        """unsubscribe: no answer can reach the reader any more."""
        if not reader.following:
            return reader
        self._act("unfollow", reader)
        reader = self.store.set_following(reader, False, now=self.clock.now())
        self._event(reader, "unsubscribe", "", f"{reader.name}取消了关注", opens=Opens.NOTHING)
        return reader

    def scan(self, reader: Reader, ticket: str) -> Reader:
        """The reader scans a parametric code of the bot: SCAN, or subscribe with qrscene_ for a new one."""
        scene = self.scenes.find(reader.account, ticket, now=self.book_now())
        self._act("scan", reader, ticket=ticket)
        if reader.following:
            self._event(reader, "SCAN", scene.key, f"扫了二维码 {scene.key}", more={"Ticket": ticket})
            return reader
        return self._follow(reader, key=f"qrscene_{scene.key}", more={"Ticket": ticket})

    def consent(self, reader: Reader, template: str, *, scene: int | None = None) -> None:
        """The reader accepts one subscription notice; with `scene` a one-time subscription message."""
        self._act("consent", reader, template=template, scene=scene)
        what = template if scene is None else f"{template}#{scene}"
        self.notices.consent(reader.account, reader.openid, what)
        if scene is None:
            one = {"TemplateId": template, "SubscribeStatusString": "accept", "PopupScene": "0"}
            self.push_as(reader, "subscribe_msg_popup_event", {"SubscribeMsgPopupEvent": {"List": [one]}})

    def push(self, reader: Reader, name: str, changes: Mapping[str, Any] | None = None,
             *, late: timedelta = timedelta()) -> int:  # fmt: skip
        """Any push by its name in pushes.PUSHES, its fields as changed; a field set to None is left out."""
        push = pushes.find(name)
        if push.right is not None and not may(self.account(reader.account).profile, push.right):
            raise BadInput("这种账号收不到这种推送。")
        if push.opens is not Opens.NOTHING and push.event != "subscribe":
            self._check_following(reader)
        self._act("push", reader, push=name, changes=dict(changes or {}), **_late(late))
        return self._push(reader, push, changes or {}, late)

    # The parts

    def _push(self, reader: Reader, push: pushes.Push, changes: Mapping[str, Any], late: timedelta) -> int:
        if not push.from_reader:
            return self.push_system(reader.account, push.event, {**push.fields, **changes})
        now = self.clock.now()
        if push.event in ("subscribe", "unsubscribe"):
            reader = self.store.set_following(reader, push.event == "subscribe", now=now)
        own = self._with_files(reader, push, {**push.fields, **changes})
        fields = self._head(reader, late) | {"MsgType": push.msg_type, **({"Event": push.event} if push.event else {})}
        message_id = self.store.next_message_id(now) if push.has_message_id else None
        fields |= {name: value for name, value in own.items() if value is not None}
        if message_id is not None:
            fields.setdefault("MsgId", message_id)
        self.store.say(reader, Side.MIDDLE, f"推送：{push.title}", now=now, kind=Kind.NOTICE)
        self.opened(reader, push.opens)
        return self.dispatch(reader.account, reader, fields, f"推送 {push.title}", message_id)

    def _with_files(self, reader: Reader, push: pushes.Push, fields: dict[str, Any]) -> dict[str, Any]:
        """A real file behind each MediaId that was left empty."""
        samples = {"image": _DOT, "voice": quiet_voice(), "video": small_video(), "shortvideo": small_video()}
        if push.msg_type in samples and fields.get("MediaId") == "":
            kind = "video" if "video" in push.msg_type else push.msg_type
            fields["MediaId"] = self._keep(reader, kind, samples[push.msg_type])
        if fields.get("ThumbMediaId") == "":
            fields["ThumbMediaId"] = self._keep(reader, "thumb", _DOT)
        if fields.get("PicUrl") == "":
            fields["PicUrl"] = self._picture_address(fields["MediaId"])
        return fields

    def _keep(self, reader: Reader, kind: str, data: bytes) -> str:
        try:
            return self.media.keep(reader.account, kind, data, now=self.book_now()).media_id
        except Failure as problem:
            words = {45001: "文件太大了，图片最多 10 MB，语音最多 2 MB。", 41005: "文件是空的。"}
            kinds = {"image": "这不是图片，请选 JPG、PNG、GIF 或 WebP。", "voice": "这不是 AMR 语音。"}
            raise BadInput(words.get(problem.errcode, kinds.get(kind, "这种文件不行。"))) from None

    def _picture_address(self, media_id: str) -> str:
        return f"{self.picture_base}/pictures/{media_id}"

    def _act(self, act: str, reader: Reader, **more: Any) -> None:
        self.transcript.add(
            LineKind.ACT, now=self.clock.now(), act=act, account=reader.account, reader=reader.name, **more
        )

    def _check_following(self, reader: Reader) -> None:
        if not reader.following:
            raise BadInput(f"{reader.name}还没有关注公众号，先点“关注”。")

    def _check_length(self, text: str) -> None:
        if len(text) > limits.TYPED_CHARACTERS:
            raise BadInput(f"一条消息最多 {limits.TYPED_CHARACTERS} 个字。")

    def _follow(self, reader: Reader, *, key: str = "", more: Mapping[str, Any] | None = None) -> Reader:
        reader = self.store.set_following(reader, True, now=self.clock.now())
        self._event(reader, "subscribe", key, f"{reader.name}关注了公众号", more=more)
        return reader

    def _message(self, reader: Reader, msg_type: str, own: Mapping[str, Any], *, label: str,
                 shown: tuple[Kind, str, str | None], late: timedelta = timedelta()) -> None:  # fmt: skip
        now = self.clock.now()
        kind, text, picture_url = shown
        self.store.say(reader, Side.READER, text, now=now, kind=kind, picture_url=picture_url)
        self.opened(reader, Opens.MESSAGE)
        message_id = self.store.next_message_id(now)
        fields = self._head(reader, late) | {"MsgType": msg_type, **own, "MsgId": message_id}
        self.dispatch(reader.account, reader, fields, label, message_id)

    def _event(self, reader: Reader, event: str, key: str, notice: str, *, opens: Opens = Opens.ACTION,
               more: Mapping[str, Any] | None = None) -> None:  # fmt: skip
        now = self.clock.now()
        self.store.say(reader, Side.MIDDLE, notice, now=now, kind=Kind.NOTICE)
        if event == "unsubscribe":
            self.quota.forget(who(reader))
        self.opened(reader, opens)
        fields = self._head(reader) | {"MsgType": "event", "Event": event, "EventKey": key, **(more or {})}
        self.dispatch(reader.account, reader, fields, f"事件 {event} {key}".rstrip(), None)

    def _head(self, reader: Reader, late: timedelta = timedelta()) -> dict[str, Any]:
        """`late`: so long ago the reader sent it; it arrives only now."""
        if not timedelta() <= late <= LATEST:
            raise BadInput("迟到最多三天。")
        return {"FromUserName": reader.openid, "CreateTime": int((self.clock.now() - late).timestamp())}


_DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAG7buVgAAAABJRU5ErkJggg=="
)


def short(text: str) -> str:
    """One line of at most 24 characters."""
    words = " ".join(text.split())
    return words if len(words) <= 24 else words[:23] + "…"


def _late(late: timedelta) -> dict[str, float]:
    return {"late_seconds": late.total_seconds()} if late else {}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
