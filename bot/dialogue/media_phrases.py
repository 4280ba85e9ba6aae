"""What is said of photos, voices and other messages without words. Knows no row."""

from __future__ import annotations

from bot.dialogue import phrases

PHOTO_KEPT = "照片收到，编辑会看。再请您用一句话写明哪几个字错了，例如“食唐”应为“食堂”，就能马上记上。"
VOICE_KEPT = "语音收到，编辑会听。方便的话，按住输入框旁的话筒说话转成文字再发一次，就能马上记上。"
VOICE_NOT_HEARD = "收到。这个号听不到语音，请按住输入框旁的话筒说话，转成文字再发一次，就能马上记上。"
PHOTO_UNKNOWN = "照片看过了，没认出是哪一篇。请写一句：哪份报、第几版、哪几个字错了。照片编辑也会看。"
MEDIA_KEPT = "收到，编辑会看。若要报差错，请再写明哪几个字错了。"
_MEDIA = {"image": PHOTO_KEPT, "voice": VOICE_KEPT}


def for_media(msg_type: str, *, heard: bool = True) -> str:
    """The answer to a message without words, by the platform's MsgType. `heard`: the account may fetch voices."""
    return VOICE_NOT_HEARD if msg_type == "voice" and not heard else _MEDIA.get(msg_type, MEDIA_KEPT)


def photo_with_report(ordinal: int, ask: str | None) -> str:
    """The answer to a photo that came with a report; `ask` is what that report still lacks."""
    return f"照片收到，放在第{ordinal}条里，编辑评的时候会看。" + (f"\n{ask}" if ask else "")


def photo_question(paper: str, page: str, article: str | None) -> str:
    """What the photo was recognised as, and the one thing still missing."""
    where = f"{phrases.short(paper)}{phrases.page_words(page)}" + (f"《{phrases.short(article)}》" if article else "")
    return f"照片上是{where}吧？请告诉我哪几个字错了，例如“食唐”应为“食堂”。照片编辑也会看。"
