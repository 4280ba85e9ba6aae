"""Which address a picture may be fetched from: pure decisions, no network.

PicUrl is only as trustworthy as the delivery it came in: one leaked webhook address lets anybody name any
address. So only hosts of a list are asked, by http on 80 or https on 443, and only at public IP addresses. A
host that is listed with its port is taken literally, wherever it is: that is how the demo's stand-in is reached.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

LONGEST_ADDRESS = 2048
PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class Refused(Exception):
    """The file is not taken; `str()` says why, in words for editors."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address. `listed`: host and port stand in the list literally, so its IP may be any."""

    scheme: str
    host: str
    port: int
    path: str  # with the query
    listed: bool


def target(address: str, hosts: Iterable[str]) -> Target:
    """The parts of `address` if it may be asked; Refused if not. `hosts`: names, *.names and host:port."""
    if len(address) > LONGEST_ADDRESS or not address.isascii() or not address.isprintable() or "\\" in address:
        raise Refused("图片地址不合规矩")
    try:
        parts = urlsplit(address)
        stated = parts.port
    except ValueError:
        raise Refused("图片地址不合规矩") from None
    if parts.scheme not in PORTS:
        raise Refused("图片地址不是网址")
    host = (parts.hostname or "").lower().removesuffix(".")
    if not _HOST.fullmatch(host) or parts.username is not None or parts.password is not None or " " in address:
        raise Refused("图片地址不合规矩")
    port = stated if stated is not None else PORTS[parts.scheme]
    known = {one.lower() for one in hosts}
    if f"{host}:{port}" in known:
        return Target(parts.scheme, host, port, _path(parts), listed=True)
    if port != PORTS[parts.scheme]:
        raise Refused("图片地址的端口不对")
    if not any(_covers(one, host) for one in known):
        raise Refused("图片不在微信的服务器上")
    return Target(parts.scheme, host, port, _path(parts), listed=False)


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _covers(pattern: str, host: str) -> bool:
    if ":" in pattern:
        return False
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def public(addresses: Iterable[str]) -> list[str]:
    """The addresses a name was resolved to, if all are public. One private among them is an attack: Refused."""
    found = list(addresses)
    if not found:
        raise Refused("图片的网址找不到")
    if not all(_is_public(one) for one in found):
        raise Refused("图片地址指向内部网络")
    return found


def _is_public(address: str) -> bool:
    """Whether it is on the open internet; an IPv6 address that carries an IPv4 one must be so in both readings."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = [one for one in (ip.ipv4_mapped, ip.sixtofour) if one is not None]
        inner += list(ip.teredo or ())
        if ip in _NAT64:
            inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if not all(one.is_global for one in inner):
            return False
        if ip.ipv4_mapped is not None:
            return True
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
