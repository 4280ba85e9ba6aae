"""Pictures that lie, for trying how a bot fetches PicUrl: each has an address. Made when asked for; no store."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

PIECE = 64 * 1024
ENDLESS_BYTES = 2 * 1024**3
BOMB_SIDE = 30_000

WORDS = {
    "html": "网页冒充的 JPG",
    "redirect": "转到内网地址",
    "endless": "2 GB 的图片",
    "bomb": "九亿像素的 PNG",
    "cut": "半张图片就断了",
    "empty": "空文件",
    "missing": "404",
}


def html() -> bytes:
    return b"<html><script>alert('no picture')</script></html>"


def endless() -> Iterator[bytes]:
    """A JPEG's head and then 2 GB of nothing, a piece at a time."""
    yield b"\xff\xd8\xff\xe0" + b"\0" * (PIECE - 4)
    for _ in range(ENDLESS_BYTES // PIECE - 1):
        yield b"\0" * PIECE


def bomb() -> bytes:
    """A PNG of 30 000 × 30 000 black dots in a few hundred kB."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + BOMB_SIDE // 8)
    data = b"".join(packer.compress(row * 100) for _ in range(BOMB_SIDE // 100)) + packer.flush()
    head = struct.pack(">IIBBBBB", BOMB_SIDE, BOMB_SIDE, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def half() -> bytes:
    """A PNG that breaks off."""
    return bomb()[:500]


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
