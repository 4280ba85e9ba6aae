"""领奖暗号: two things that everybody can say and write, said at the counter. Pure but for chance."""

from __future__ import annotations

import secrets
import unicodedata

FIRST = (
    "桂花", "梅花", "荷叶", "海棠", "石榴", "枇杷", "青菜", "玉米", "花生", "红枣", "芝麻",
    "南瓜", "银杏", "柳树", "竹子", "松果", "麻雀", "喜鹊", "燕子", "白鹅", "蜻蜓", "蝴蝶",
    "蜜蜂", "金鱼", "小猫", "黄牛", "山羊", "白马", "骆驼", "熊猫", "松鼠", "青蛙",
)
SECOND = (
    "雨伞", "草帽", "布鞋", "围巾", "手套", "灯笼", "风筝", "蒲扇", "茶壶", "饭碗", "筷子",
    "水桶", "板凳", "书包", "铅笔", "剪刀", "算盘", "闹钟", "口琴", "二胡", "小船", "火车",
    "飞机", "马车", "石桥", "木门", "窗帘", "枕头", "毛巾", "肥皂", "镜子", "钥匙",
)


def new() -> str:
    """桂花雨伞: one of a thousand, and good only for the prize that it was given for."""
    return secrets.choice(FIRST) + secrets.choice(SECOND)


def same(said: str, word: str) -> bool:
    """Whether this is the word, however it was written down: 桂花 · 雨伞."""
    return _plain(said) == _plain(word)


def _plain(text: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFKC", text) if mark.isalnum())
