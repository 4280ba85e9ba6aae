"""Where files lie by the settings: in a place that several machines share, or in this machine's data folder."""

from __future__ import annotations

from bot.media.store import Room
from bot.settings import Settings


def shared(settings: Settings) -> Room | None:
    """The place that several machines share; None where files lie in the data folder."""
    media = settings.media
    return Room(media.storage, media.storage_options) if media.storage else None


def beside(settings: Settings, name: str) -> Room:
    """A folder of that name in the shared place, or in the data folder."""
    return (shared(settings) or Room(str(settings.server.data_dir))).below(name)
