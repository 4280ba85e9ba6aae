"""Where photos and voices come from and go to, by the settings: the parts put together. Opens nothing."""

from __future__ import annotations

from collections.abc import Mapping

from bot.media import ocr
from bot.media.collecting import Sources
from bot.media.fetching import Limits
from bot.media.reading import ReadLines
from bot.media.rooms import shared
from bot.media.store import Room, Store, local_folder
from bot.settings import Settings
from bot.wechat.media import Authorised, MediaApi
from bot.wechat.profiles import Call, profile


def sources(settings: Settings, clients: Mapping[str, Authorised]) -> Sources:
    """`clients` by account name; only those of accounts with the media right are asked."""
    wechat, media, hearing = settings.wechat, settings.media, set(settings.accounts) - deaf(settings)
    apis = {
        name: MediaApi(client, base=wechat.api_base, connect_seconds=wechat.connect_seconds,
                       read_seconds=wechat.read_seconds)
        for name, client in clients.items() if name in hearing
    }
    return Sources(
        store(settings), apis, hosts(settings),
        Limits(media.largest_mb * 1024 * 1024, wechat.connect_seconds, media.seconds),
        media.most_megapixels * 1_000_000,
    )


def deaf(settings: Settings) -> set[str]:
    """Accounts that may not fetch media: they get no voice, and pictures from PicUrl only."""
    return {name for name, one in settings.accounts.items() if not profile(
        one.kind, verified=one.verified, has_secret=bool(one.app_secret)).may(Call.MEDIA)}


def store(settings: Settings) -> Store:
    return Store(shared(settings) or Room(local_folder(settings.server.data_dir)))


def hosts(settings: Settings) -> tuple[str, ...]:
    """The hosts of the settings; in the demo the stand-in too, by its own port."""
    demo = (f"127.0.0.1:{settings.demo.simulator_port}",) if settings.demo.enabled else ()
    return (*settings.media.picture_hosts, *demo)


def line_reader() -> ReadLines | None:
    """Reads print off a picture, where the extra `ocr` is installed."""
    return ocr.read_lines if ocr.available() else None
