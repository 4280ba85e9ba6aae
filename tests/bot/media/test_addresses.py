"""Which address of a picture is asked at all, and at which IP address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.media.addresses import Refused, Target, public, target

HOSTS = ("mmbiz.qpic.cn", "*.qpic.cn", "127.0.0.1:8001")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://mmbiz.qpic.cn/mmbiz_jpg/a/0", Target("http", "mmbiz.qpic.cn", 80, "/mmbiz_jpg/a/0", False)),
        ("https://MMBIZ.qpic.cn:443/a?b=c&d#e", Target("https", "mmbiz.qpic.cn", 443, "/a?b=c&d", False)),
        ("http://shmmbiz.qpic.cn", Target("http", "shmmbiz.qpic.cn", 80, "/", False)),
        ("http://mmbiz.qpic.cn./a", Target("http", "mmbiz.qpic.cn", 80, "/a", False)),
        ("http://127.0.0.1:8001/pictures/k", Target("http", "127.0.0.1", 8001, "/pictures/k", True)),
    ],
)
def test_listed_hosts_are_asked(address: str, expected: Target) -> None:
    assert target(address, HOSTS) == expected


@pytest.mark.parametrize(
    "address",
    [
        "",
        "mmbiz.qpic.cn/a",
        "//mmbiz.qpic.cn/a",
        "ftp://mmbiz.qpic.cn/a",
        "file:///etc/passwd",
        "gopher://mmbiz.qpic.cn/a",
        "data:image/png;base64,AAAA",
        "http://evil.example/a.jpg",
        "http://qpic.cn.evil.example/a",
        "http://evilqpic.cn/a",
        "http://qpic.cn/a",
        "http://mmbiz.qpic.cn@evil.example/a",
        "http://mmbiz.qpic.cn:x@evil.example/a",
        "http://user@mmbiz.qpic.cn/a",
        "http://evil.example#mmbiz.qpic.cn",
        "http://evil.example\\@mmbiz.qpic.cn/a",
        "http://mmbiz.qpic.cn\\.evil.example/a",
        "http://mmbiz.qpic.cn:8080/a",
        "http://mmbiz.qpic.cn:443/a",
        "https://mmbiz.qpic.cn:80/a",
        "http://mmbiz.qpic.cn:99999/a",
        "http://mmbiz.qpic.cn:-1/a",
        "http://127.0.0.1/a",
        "http://127.0.0.1:8000/a",
        "http://127.1:8001/a",
        "http://2130706433:8001/a",
        "http://0x7f000001:8001/a",
        "http://[::1]:8001/a",
        "http://[::ffff:127.0.0.1]:8001/a",
        "http://localhost:8001/a",
        "http://169.254.169.254/latest/meta-data",
        "http://mmbiz.qpic.cn/a b",
        "http://mmbiz.qpic.cn/a\r\nHost: evil.example",
        "http://mmbiz.qpic.cn\t/a",
        "http://ｍmbiz.qpic.cn/a",
        "http://mmbiz.qpic.cn。evil.example/a",
        "http://.qpic.cn/a",
        "http://-a.qpic.cn/a",
        "http://a_b.qpic.cn/a",
        "http:///a",
        "http://mmbiz.qpic.cn/" + "a" * 3000,
    ],
)
def test_anything_else_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        target(address, HOSTS)


@given(st.text(max_size=80), st.sampled_from(["", "http://", "https://", "http://mmbiz.qpic.cn", "http://127.0.0.1:8001"]))
def test_whatever_is_written_gives_a_listed_host_or_a_refusal(text: str, start: str) -> None:
    try:
        found = target(start + text, HOSTS)
    except Refused:
        return
    assert found.host.endswith(".qpic.cn") or (found.host, found.port) == ("127.0.0.1", 8001)


def test_public_addresses_pass() -> None:
    assert public(["203.205.254.157", "2402:4e00::1"]) == ["203.205.254.157", "2402:4e00::1"]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "100.100.100.200", "198.18.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1",
        "2001:0:7f00:1::", "not an address", "",
    ],
)  # fmt: skip
def test_addresses_inside_are_refused(address: str) -> None:
    with pytest.raises(Refused, match="内部网络"):
        public([address])


def test_one_private_address_among_public_ones_is_refused() -> None:
    with pytest.raises(Refused, match="内部网络"):
        public(["203.205.254.157", "10.0.0.1"])


def test_a_name_without_addresses_is_refused() -> None:
    with pytest.raises(Refused, match="找不到"):
        public([])
