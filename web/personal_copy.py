"""The copy of what is held about a reader, as a page that people can read and as a file to take away. Knows no route."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from flask import current_app, render_template, send_file
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from bot.claiming import keys
from bot.claiming.keys import Keys, NoKey
from bot.media.sources import store
from bot.personal import copying
from bot.personal.copying import Copy
from web import present
from web.deps import deps

FILE_NAME = "我的信息.zip"
SPOOLED_BYTES = 8 * 1024 * 1024
"""A larger copy waits on the disk, in a file without a name."""
CODES = {
    "text": "文字", "image": "照片", "voice": "语音", "video": "视频", "shortvideo": "视频", "link": "链接", "location": "位置",
    "event": "操作", "call": "电话", "letter": "信", "subscribe": "关注", "unsubscribe": "取消关注", "click": "点菜单",
    "scan": "扫码", "view": "点链接", "customer": "客服消息", "template": "通知", "passive": "随下一次回复", "award": "获奖",
    "outcome": "结果", "desk": "编辑的答复", "receipt": "收条", "image/jpeg": "图片", "audio/mpeg": "声音",
}
"""Short codes that are stored as bare text. What is not here is told as it is stored: the file for programs has all."""


FIELDS = {
    "paper_text": "报纸", "issue_text": "期", "page_text": "版面", "article_text": "文章", "wrong": "原文", "right": "应为",
    "reason": "理由", "PicUrl": "图片地址", "MediaId": "文件编号", "Format": "格式", "Recognition": "语音识别",
    "FromUserName": "微信编号", "EventKey": "按的菜单或扫的码",
}
"""What is kept under a name in one value; the rest are numbers of ours and stand in the file for programs."""
FIRST = ("message", "report", "award", "prize_claim", "claim_contact", "reader")
"""What people look for comes first; the rest follows as it is listed."""


def gathered(db: Connection, reader_ids: list[int], *, now: datetime) -> Copy:
    return copying.gather(db, reader_ids, keys=_keys(), now=now)


def _keys() -> Keys | None:
    try:
        return keys.load(deps().settings.claims.keys)
    except NoKey:
        return None


def page(copy: Copy, *, in_file: bool) -> str:
    """The readable copy. `in_file`: it lies beside its pictures and its style, not on our server."""
    titles = {name: one.title for name, one in deps().settings.accounts.items() if one.title}
    parts = sorted(copy.parts, key=lambda part: FIRST.index(part.table) if part.table in FIRST else len(FIRST))
    return render_template("mine/copy.html", copy=copy, parts=parts, in_file=in_file,
                           shown=lambda value: titles.get(value, shown(value)) if isinstance(value, str) else shown(value))


def file_of(copy: Copy) -> Response:
    """The ZIP: the page, the same for programs, photos and voices."""
    # Closed, and so deleted, by the server once it is sent.
    out = tempfile.SpooledTemporaryFile(SPOOLED_BYTES, dir=str(deps().settings.server.data_dir))  # noqa: SIM115
    style = Path(str(current_app.static_folder)) / "readers.css"
    pages: dict[str, str | bytes] = {"我的信息.html": page(copy, in_file=True), "样式.css": style.read_bytes()}
    copying.write(copy, pages, store(deps().settings), out)
    out.seek(0)
    answer = send_file(out, mimetype="application/zip", as_attachment=True, download_name=FILE_NAME)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def shown(value: Any) -> str:
    """One value in words; "" for nothing."""
    if value is None or value in ("", {}, []):
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, StrEnum):
        table = present.NAMES.get(type(value), {})
        return table.get(value, str(value))
    if isinstance(value, datetime):
        return present.moment_full(value)
    if isinstance(value, date):
        return present.day(value)
    if isinstance(value, dict):
        return "；".join(f"{words}：{value[name]}" for name, words in FIELDS.items() if value.get(name))
    return CODES.get(value, value) if isinstance(value, str) else str(value)
