"""What kind of browser somebody uses, in a few words for himself. A function of the name the browser gives."""

from __future__ import annotations

import re

DEVICES = (("平板", r"iPad|Tablet|Android(?!.*Mobile)"), ("手机", r"Mobile|iPhone|Android|HarmonyOS"),
           ("电脑", r"Windows|Macintosh|Linux|X11|CrOS"))
BROWSERS = (("微信", r"MicroMessenger"), ("Edge", r"Edg(?:e|A|iOS)?/"), ("QQ浏览器", r"QQBrowser"), ("UC浏览器", r"UCBrowser"),
            ("华为浏览器", r"HuaweiBrowser"), ("火狐", r"Firefox/|FxiOS/"), ("Chrome", r"Chrome/|CriOS/"), ("Safari", r"Safari/"))
"""First match wins: nearly every browser also names those it descends from."""
OTHER = "别的设备"


def kind_of(user_agent: str) -> str:
    """手机 · 微信, 电脑 · Chrome; 别的设备 where nothing is recognised."""
    device = next((word for word, pattern in DEVICES if re.search(pattern, user_agent[:500])), OTHER)
    browser = next((word for word, pattern in BROWSERS if re.search(pattern, user_agent[:500])), "")
    return f"{device} · {browser}" if browser else device
