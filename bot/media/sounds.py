"""Makes a voice message playable: AMR, which no browser plays, becomes MP3. Pure: bytes in, bytes out."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from bot.media.addresses import Refused

PLAYS = "audio/mpeg"
UNKNOWN = "application/octet-stream"
AMR = (b"#!AMR\n", b"#!AMR-WB\n")
LONGEST_SECONDS = 120
"""The platform ends a voice after 60 s."""
RATE = 22_050
BIT_RATE = 32_000


@dataclass(frozen=True, slots=True)
class Sound:
    """`content_type` PLAYS: a browser plays it; UNKNOWN: only to be downloaded."""

    data: bytes
    content_type: str


def playable(data: bytes) -> Sound:
    """The voice as MP3; one that cannot be changed (speex, damaged) as it came. Refused: empty, or no sound."""
    if not data:
        raise Refused("语音是空的")
    if data.lstrip()[:1] in (b"<", b"{"):
        raise Refused("这不是语音")
    if data.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")):
        return Sound(data, PLAYS)
    if not data.startswith(AMR):
        return Sound(data, UNKNOWN)
    made = _mp3(data)
    return Sound(data, UNKNOWN) if made is None else Sound(made, PLAYS)


def _mp3(data: bytes) -> bytes | None:
    """None where the recording is damaged."""
    import av  # here: a process that only answers readers never loads FFmpeg

    try:
        return _converted(data)
    except (av.FFmpegError, ValueError, IndexError):
        return None


def _converted(data: bytes) -> bytes:
    import av
    from av.audio.resampler import AudioResampler

    written = BytesIO()
    with av.open(BytesIO(data), "r", format="amr") as source, av.open(written, "w", format="mp3") as target:
        stream = target.add_stream("libmp3lame", rate=RATE)
        stream.bit_rate = BIT_RATE
        resampler = AudioResampler(format="s16p", layout="mono", rate=RATE)
        for frame in source.decode(audio=0):
            if frame.time is not None and frame.time > LONGEST_SECONDS:
                break
            for ready in resampler.resample(frame):
                target.mux(stream.encode(ready))
        for ready in resampler.resample(None):
            target.mux(stream.encode(ready))
        target.mux(stream.encode(None))
    return written.getvalue()
