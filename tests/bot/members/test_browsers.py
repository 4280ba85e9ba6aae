"""What kind of browser somebody uses, from the name it gives."""

from __future__ import annotations

import pytest

from bot.members.browsers import kind_of

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


@pytest.mark.parametrize(("name", "kind"), [
    (CHROME, "电脑 · Chrome"),
    (CHROME + " Edg/140.0.0.0", "电脑 · Edge"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "电脑 · 火狐"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
     "电脑 · Safari"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.54", "手机 · 微信"),
    ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
     "手机 · Chrome"),
    ("Mozilla/5.0 (Linux; Android 14; Pad 6) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
     "平板 · Chrome"),
    ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1", "平板 · Safari"),
    ("", "别的设备"), ("curl/8.5.0", "别的设备"), ("x" * 100_000, "别的设备"),
])  # fmt: skip
def test_browser_is_told_in_words(name: str, kind: str) -> None:
    assert kind_of(name) == kind


def test_words_fit_their_column() -> None:
    assert max(len(kind_of(f"{device} {browser}")) for device in ("iPad", "iPhone", "Windows", "")
               for browser in ("UCBrowser", "HuaweiBrowser", "MicroMessenger", "")) <= 20
