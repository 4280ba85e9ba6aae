"""The platform's numbers in one table, each with its source. Knows no reader and no request.

Sources: the platform's pages "被动回复用户消息", "客服消息", "获取稳定版接口调用凭据" and "新增临时素材".
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# Passive replies: connection cut after 5 s without an answer, three requests in all with the same MsgId.
CUT_SECONDS: Final = 5.0
TRIES: Final = 3
# Undocumented; measured by others: a longer text becomes the fault notice (API: 45002).
TEXT_BYTES: Final = 2048
FAULT_NOTICE: Final = "该公众号提供的服务出现故障，请稍后再试"

# Customer messages: after a message 5 within 48 h; after a menu click or a follow 3 within 1 min.
MESSAGE_WINDOW: Final = timedelta(hours=48)
MESSAGE_COUNT: Final = 5
ACTION_WINDOW: Final = timedelta(minutes=1)
ACTION_COUNT: Final = 3

# Tokens live 7200 s; after a renewal the former one lives 5 min more. stable_token gives the same one until
# its last 5 min; a forced refresh is possible every 30 s.
TOKEN_LIFE: Final = timedelta(seconds=7200)
TOKEN_OVERLAP: Final = timedelta(minutes=5)
FORCED_REFRESH_GAP: Final = timedelta(seconds=30)

# A picture in a message: 10 MB.
PICTURE_BYTES: Final = 10 * 1024 * 1024

# Ours: what is kept in memory, and how much a reader may type at once.
TRANSCRIPT_ENTRIES: Final = 500
DELIVERIES_KEPT: Final = 60
PICTURES_KEPT: Final = 40
TYPED_CHARACTERS: Final = 10_000
NAME_CHARACTERS: Final = 20
READERS_PER_ACCOUNT: Final = 200
