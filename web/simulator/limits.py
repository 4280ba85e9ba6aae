"""The platform's numbers in one table, each with the page it comes from. Knows no reader and no request.

`TABLE` holds every row; the constants are its values. `ours`: no limit of the platform, only of this stand-in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

Value = TypeVar("Value")

# The platform's pages, under https://developers.weixin.qq.com where they begin with /doc.
PASSIVE = "被动回复用户消息 (/doc/subscription/guide/product/message/Passive_user_reply_message.html)"
CUSTOMER = "客服消息 (/doc/subscription/guide/product/kf/intro.md)"
TOKEN = "获取接口调用凭据 (/doc/service/guide/dev/api)"  # noqa: S105 - a page's name
STABLE = "获取稳定版接口调用凭据 (/doc/service/api/base/api_getstableaccesstoken)"
CAPS = "接口调用频次限制 (/doc/service/Message_Management/API_Call_Limits.html)"
MEDIA = "新增临时素材 (api_uploadtempmedia)"
MENU = "自定义菜单创建接口"
QRCODE = "生成带参数的二维码 (/doc/offiaccount/Account_Management/Generating_a_Parametric_QR_Code.html)"
TEMPLATE = "模板消息接口 (/doc/offiaccount/Message_Management/Template_Message_Interface.html)"
ARTICLE = "发布能力 (/doc/subscription/guide/product/publish.html)"
NOTICE = "订阅通知 (/doc/service/Subscription_Messages/intro.html)"
ONCE = "一次性订阅消息 (/doc/subscription/guide/product/message/One-time_subscription_info.html)"
OAUTH = "网页授权 (/doc/service/api/webdev/access/api_snsaccesstoken)"
MEASURED = "not documented; measured by others"
OURS = "ours"


@dataclass(frozen=True, slots=True)
class Limit:
    """One row: the constant's name, its value, what it says, and the platform's page."""

    name: str
    value: object
    says: str
    source: str


_rows: list[Limit] = []


def _limit(name: str, value: Value, says: str, source: str) -> Value:
    _rows.append(Limit(name, value, says, source))
    return value


# Passive replies
CUT_SECONDS: Final = _limit("CUT_SECONDS", 5.0, "no answer after so long: the connection is cut", PASSIVE)
TRIES: Final = _limit("TRIES", 3, "requests of one delivery in all, with the same MsgId", PASSIVE)
TEXT_BYTES: Final = _limit("TEXT_BYTES", 2048, "a text in UTF-8; more: fault notice, API 45002", MEASURED)
FAULT_NOTICE: Final = _limit(
    "FAULT_NOTICE", "该公众号提供的服务出现故障，请稍后再试", "what the reader sees instead", PASSIVE
)
REPLY_ARTICLES: Final = _limit("REPLY_ARTICLES", 1, "news articles of a reply or customer message", CUSTOMER)

# Customer messages
MESSAGE_WINDOW: Final = _limit("MESSAGE_WINDOW", timedelta(hours=48), "after a reader's message", CUSTOMER)
MESSAGE_COUNT: Final = _limit("MESSAGE_COUNT", 5, "customer messages in that window (45047)", CUSTOMER)
ACTION_WINDOW: Final = _limit("ACTION_WINDOW", timedelta(minutes=1), "after click, follow or scan", CUSTOMER)
ACTION_COUNT: Final = _limit("ACTION_COUNT", 3, "customer messages in that window (45047)", CUSTOMER)

# Tokens
TOKEN_LIFE: Final = _limit("TOKEN_LIFE", timedelta(seconds=7200), "a token's life", TOKEN)
TOKEN_OVERLAP: Final = _limit("TOKEN_OVERLAP", timedelta(minutes=5), "the former one lives on", TOKEN)
TOKENS_A_DAY: Final = _limit("TOKENS_A_DAY", 2000, "calls of cgi-bin/token (45009)", TOKEN)
STABLE_A_DAY: Final = _limit("STABLE_A_DAY", 500_000, "calls of cgi-bin/stable_token (45009)", STABLE)
STABLE_A_MINUTE: Final = _limit("STABLE_A_MINUTE", 10_000, "calls of cgi-bin/stable_token (45011)", STABLE)
FORCED_REFRESH_GAP: Final = _limit("FORCED_REFRESH_GAP", timedelta(seconds=30), "between forced ones", STABLE)
FORCED_A_DAY: Final = _limit("FORCED_A_DAY", 20, "forced refreshes (45009)", STABLE)

# Calls a day: 45009 above; the test account has a tenth
SENDS_A_DAY: Final = _limit("SENDS_A_DAY", 500_000, "message/custom/send", CAPS)
MENUS_A_DAY: Final = _limit("MENUS_A_DAY", 1000, "menu/create", CAPS)
UPLOADS_A_DAY: Final = _limit("UPLOADS_A_DAY", 100_000, "media/upload", CAPS)
DOWNLOADS_A_DAY: Final = _limit("DOWNLOADS_A_DAY", 200_000, "media/get", CAPS)
CODES_A_DAY: Final = _limit("CODES_A_DAY", 100_000, "qrcode/create", CAPS)
DRAFTS_A_DAY: Final = _limit("DRAFTS_A_DAY", 1000, "draft/add", CAPS)
PUBLISHES_A_DAY: Final = _limit("PUBLISHES_A_DAY", 100, "freepublish/submit", CAPS)
TEMPLATES_A_DAY: Final = _limit("TEMPLATES_A_DAY", 100_000, "message/template/send", TEMPLATE)
CLEARS_A_MONTH: Final = _limit("CLEARS_A_MONTH", 10, "clear_quota (48006)", CAPS)
TEST_SHARE: Final = _limit("TEST_SHARE", 10, "daily caps of the test account are so much smaller", CAPS)

# Media
MEDIA_LIFE: Final = _limit("MEDIA_LIFE", timedelta(days=3), "temporary media; then 40007", MEDIA)
PICTURE_BYTES: Final = _limit("PICTURE_BYTES", 10 * 1024 * 1024, "a picture (45001)", MEDIA)
VOICE_BYTES: Final = _limit("VOICE_BYTES", 2 * 1024 * 1024, "a voice, at most 60 s (45001)", MEDIA)
VIDEO_BYTES: Final = _limit("VIDEO_BYTES", 10 * 1024 * 1024, "a video (45001)", MEDIA)
THUMB_BYTES: Final = _limit("THUMB_BYTES", 64 * 1024, "a thumbnail (45001)", MEDIA)
ARTICLE_PICTURE_BYTES: Final = _limit("ARTICLE_PICTURE_BYTES", 1024 * 1024, "media/uploadimg (40009)", MEDIA)

# Menu
MENU_BUTTONS: Final = _limit("MENU_BUTTONS", 3, "buttons of the first level (40016)", MENU)
MENU_SUB_BUTTONS: Final = _limit("MENU_SUB_BUTTONS", 5, "buttons below one of them (40023)", MENU)
MENU_NAME_BYTES: Final = _limit("MENU_NAME_BYTES", 16, "a first-level name (40018)", MENU)
MENU_SUB_NAME_BYTES: Final = _limit("MENU_SUB_NAME_BYTES", 60, "a second-level name (40025)", MENU)
MENU_KEY_BYTES: Final = _limit("MENU_KEY_BYTES", 128, "a button's key (40019)", MENU)

# Parametric QR codes
CODE_SECONDS: Final = _limit("CODE_SECONDS", 2_592_000, "the longest life of a temporary code", QRCODE)
CODE_DEFAULT_SECONDS: Final = _limit("CODE_DEFAULT_SECONDS", 30, "where none is given (pages: 30 or 60)", QRCODE)
CODE_LAST_ID: Final = _limit("CODE_LAST_ID", 100_000, "the last id of a permanent code", QRCODE)
CODE_CHARACTERS: Final = _limit("CODE_CHARACTERS", 64, "a scene that is a text", QRCODE)

# Template and subscription messages
CLIENT_ID_LIFE: Final = _limit(
    "CLIENT_ID_LIFE", timedelta(minutes=10), "the same client_msg_id and openid is sent once", TEMPLATE
)
ACCEPTED_SENDS: Final = _limit("ACCEPTED_SENDS", 1, "notices for one consent; then 43101", NOTICE)
SCENES: Final = _limit("SCENES", 10_000, "the last scene of a one-time subscription", ONCE)

# Articles
ARTICLE_CHARACTERS: Final = _limit("ARTICLE_CHARACTERS", 20_000, "an article's body (45002)", ARTICLE)
ARTICLE_BYTES: Final = _limit("ARTICLE_BYTES", 1024 * 1024, "an article's body (45002)", ARTICLE)
TITLE_CHARACTERS: Final = _limit("TITLE_CHARACTERS", 64, "an article's title (45003)", ARTICLE)
DIGEST_CHARACTERS: Final = _limit("DIGEST_CHARACTERS", 120, "an article's digest (45004)", ARTICLE)

# Ours: delays, what is kept in memory, and how much a reader may type at once.
OAUTH_CODE_LIFE: Final = _limit("OAUTH_CODE_LIFE", timedelta(minutes=5), "a code of 网页授权, good once (40163)", OAUTH)
OAUTH_CODES_KEPT: Final = _limit("OAUTH_CODES_KEPT", 10_000, "codes remembered", OURS)
PUBLISH_DELAY: Final = _limit("PUBLISH_DELAY", timedelta(seconds=5), "until PUBLISHJOBFINISH; steerable", OURS)
TEMPLATE_DELAY: Final = _limit("TEMPLATE_DELAY", timedelta(seconds=1), "until TEMPLATESENDJOBFINISH", OURS)
TRANSCRIPT_ENTRIES: Final = _limit("TRANSCRIPT_ENTRIES", 500, "lines of one chat", OURS)
TRANSCRIPT_LINES: Final = _limit("TRANSCRIPT_LINES", 20_000, "lines of the transcript", OURS)
TRANSCRIPT_BYTES: Final = _limit("TRANSCRIPT_BYTES", 100 * 1024 * 1024, "files in the transcript, in base64", OURS)
DELIVERIES_KEPT: Final = _limit("DELIVERIES_KEPT", 60, "deliveries in the log", OURS)
CALLS_KEPT: Final = _limit("CALLS_KEPT", 200, "calls in the log", OURS)
PICTURES_KEPT: Final = _limit("PICTURES_KEPT", 40, "pictures, voices and uploads, each", OURS)
TYPED_CHARACTERS: Final = _limit("TYPED_CHARACTERS", 10_000, "what a reader types at once", OURS)
NAME_CHARACTERS: Final = _limit("NAME_CHARACTERS", 20, "a reader's name", OURS)
READERS_PER_ACCOUNT: Final = _limit("READERS_PER_ACCOUNT", 200, "readers of one account", OURS)
BURST: Final = _limit("BURST", 200, "messages of one burst", OURS)

DAILY_CAPS: Final[dict[str, int]] = {
    "token": TOKENS_A_DAY,
    "stable_token": STABLE_A_DAY,
    "message/custom/send": SENDS_A_DAY,
    "menu/create": MENUS_A_DAY,
    "media/upload": UPLOADS_A_DAY,
    "media/get": DOWNLOADS_A_DAY,
    "qrcode/create": CODES_A_DAY,
    "draft/add": DRAFTS_A_DAY,
    "freepublish/submit": PUBLISHES_A_DAY,
    "message/template/send": TEMPLATES_A_DAY,
}

TABLE: Final = tuple(_rows)
