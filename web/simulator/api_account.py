"""The API's calls about the account itself: menu, QR codes, followers, caps, addresses."""

from __future__ import annotations

import struct
import zlib

from bot.errors import NotFound
from web.simulator import caps, limits, menus
from web.simulator.calls import DONE, Call, Content, Route, text_in
from web.simulator.errcodes import Failure
from web.simulator.profiles import Right
from web.simulator.scenes import Scene
from web.simulator.values import unionid_of


def menu_create(call: Call) -> Content:
    call.platform.menus[call.account.name] = menus.check(call.json())
    return DONE


def menu_get(call: Call) -> Content:
    buttons = call.platform.menus.get(call.account.name)
    if buttons is None:
        raise Failure(46003)
    return {"menu": {"button": buttons}}


def menu_info(call: Call) -> Content:
    """get_current_selfmenu_info: also what was set by hand; here there is only the API's."""
    buttons = call.platform.menus.get(call.account.name)
    return {"is_menu_open": int(buttons is not None), "selfmenu_info": {"button": buttons or []}}


def menu_delete(call: Call) -> Content:
    call.platform.menus.pop(call.account.name, None)
    return DONE


def qrcode_create(call: Call) -> Content:
    """A ticket. Without expire_seconds a temporary code lives 30 s."""
    content = call.json()
    action = str(content.get("action_name", ""))
    scene = content.get("action_info", {})
    inner = scene.get("scene") if isinstance(scene, dict) else None
    if not isinstance(inner, dict):
        raise Failure(40053)
    permanent = action.startswith("QR_LIMIT_")
    key = _scene_key(action, inner)
    seconds = content.get("expire_seconds", limits.CODE_DEFAULT_SECONDS)
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 1 <= seconds <= limits.CODE_SECONDS:
        raise Failure(47001)
    made = call.platform.scenes.make(
        call.account.name, key, permanent=permanent, seconds=seconds, now=call.now
    )
    return _ticket(made, permanent, seconds)


def _scene_key(action: str, inner: Content) -> str:
    if action in ("QR_SCENE", "QR_LIMIT_SCENE"):
        number = inner.get("scene_id")
        last = limits.CODE_LAST_ID if action == "QR_LIMIT_SCENE" else 2**32 - 1
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= last:
            raise Failure(40053)
        return str(number)
    if action in ("QR_STR_SCENE", "QR_LIMIT_STR_SCENE"):
        key = inner.get("scene_str")
        if not isinstance(key, str) or not 1 <= len(key) <= limits.CODE_CHARACTERS:
            raise Failure(40053)
        return key
    raise Failure(40053)


def _ticket(made: Scene, permanent: bool, seconds: int) -> Content:
    url = f"http://weixin.qq.com/q/{made.ticket[:24]}"
    answer: Content = {"ticket": made.ticket, "url": url}
    return answer if permanent else answer | {"expire_seconds": seconds}


def user_info(call: Call) -> Content:
    """No name and no portrait since 2021-12-27; unionid where the account is bound to an open platform."""
    openid = call.query.get("openid", "")
    try:
        reader = call.platform.store.reader(call.account.name, openid)
    except NotFound:
        raise Failure(40003) from None
    if not reader.following:
        return {"subscribe": 0, "openid": openid}
    answer: Content = {"subscribe": 1, "openid": openid, "language": "zh_CN", "remark": "", "groupid": 0,
                       "subscribe_time": int(reader.since.timestamp()) if reader.since else 0,
                       "tagid_list": [], "subscribe_scene": "ADD_SCENE_QR_CODE", "qr_scene": 0,
                       "qr_scene_str": ""}  # fmt: skip
    return answer | {"unionid": unionid_of(reader.name)} if call.platform.gives_unionid else answer


def user_list(call: Call) -> Content:
    openids = [one.openid for one in call.platform.store.readers(call.account.name) if one.following]
    return {"total": len(openids), "count": len(openids), "data": {"openid": openids}, "next_openid": ""}


def clear_quota(call: Call) -> Content:
    if text_in(call.json(), "appid", errcode=40013) != call.account.keys.app_id:
        raise Failure(40013)
    if not call.account.verified:
        raise Failure(48001)
    call.platform.caps.clear(call.account.name, now=call.now)
    return DONE


def code_picture() -> bytes:
    """A white PNG of one dot: what showqrcode serves. It cannot be scanned; scan by steering instead."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00\xff")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


ROUTES = {
    "menu/create": Route("POST", Right.MENU, menu_create),
    "menu/get": Route("GET", Right.MENU, menu_get),
    "menu/delete": Route("GET", Right.MENU, menu_delete),
    "get_current_selfmenu_info": Route("GET", Right.MENU, menu_info),
    "qrcode/create": Route("POST", Right.QRCODE, qrcode_create),
    "user/info": Route("GET", Right.USERS, user_info),
    "user/get": Route("GET", Right.USERS, user_list),
    "getcallbackip": Route("GET", Right.BASE, lambda _call: {"ip_list": ["127.0.0.1"]}),
    "get_api_domain_ip": Route("GET", Right.BASE, lambda _call: {"ip_list": ["127.0.0.1"]}),
    caps.CLEAR: Route("POST", Right.BASE, clear_quota),
}
