"""Has an import's files read by a process of its own (bot.catalogue.reader), and watches it. Knows no rows.

Whatever becomes of that process, the answer is either what was read or sentences that say what is wrong.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from bot.catalogue.reader import Order
from bot.clock import monotonic
from models.enums import ImportStep

COMMAND = (sys.executable, "-m", "bot.catalogue.reader")
BEAT_SECONDS = 5.0
"""How often the asker hears that reading goes on, even when a page takes long."""
STALL_SECONDS = 180.0
"""A page takes 1 s, a scanned one that must be recognised up to half a minute on a busy machine."""
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Stage:
    """How far it is: pages of this step done, and the file that was begun last."""

    step: ImportStep = ImportStep.READING
    done: int = 0
    of: int = 0
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`result` names what was read, in the import's folder; else `problems` say why not. `again`: trying again with
    the same files may help (paper or issue were not told, or the process broke off)."""

    result: str | None = None
    problems: tuple[str, ...] = ()
    again: bool = False


Tell = Callable[[Stage], bool]
"""Told now and then how far it is; False: the reading is not wanted any more."""


def read(order: Order, tell: Tell, *, command: Sequence[str] = COMMAND, stall_seconds: float = STALL_SECONDS,
         beat_seconds: float = BEAT_SECONDS) -> Outcome | None:  # fmt: skip
    """None where `tell` said that it is not wanted any more."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT, text=True,  # noqa: S603
                               encoding="utf-8")  # fmt: skip
    try:
        return _watched(process, order, tell, stall_seconds, beat_seconds)
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(BrokenPipeError):  # it ended before it had read all
                if pipe is not None:
                    pipe.close()
        process.wait()


def _watched(process: subprocess.Popen[str], order: Order, tell: Tell, stall: float, beat: float) -> Outcome | None:
    lines: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    listener = threading.Thread(target=_listen, args=(process.stdout, lines), daemon=True)
    listener.start()
    stage, heard = Stage(), monotonic()
    try:
        if process.stdin is not None:
            process.stdin.write(order.line())
            process.stdin.flush()
        while True:
            try:
                said = lines.get(timeout=beat)
            except queue.Empty:
                said = {}
            if said is None:
                return Outcome(problems=(_broke_off(order, stage),), again=True)
            if "result" in said or "problems" in said:
                return Outcome(said.get("result"), tuple(said.get("problems", ())), bool(said.get("untold")))
            stage, heard = (_next(stage, said), monotonic()) if said else (stage, heard)
            if not tell(stage):
                return None
            if monotonic() - heard > stall:
                return Outcome(problems=(_too_long(order, stage),), again=True)
    except BrokenPipeError:
        return Outcome(problems=(_broke_off(order, stage),), again=True)
    finally:
        process.kill()
        listener.join()


def _listen(pipe: IO[str] | None, lines: queue.SimpleQueue[dict[str, Any] | None]) -> None:
    for line in pipe or ():
        try:
            said = json.loads(line)
        except ValueError:
            continue  # broken off in the middle
        if isinstance(said, dict):
            lines.put(said)
    lines.put(None)


def _next(stage: Stage, said: dict[str, Any]) -> Stage:
    if "file" in said:
        return replace(stage, file=str(said["file"]))
    return Stage(ImportStep(said["step"]), int(said["done"]), int(said["all"]), stage.file)


def _broke_off(order: Order, stage: Stage) -> str:
    return f"{_where(order, stage)}：读到这里程序停下了，文件可能有问题。请从排版软件里重新导出一次，再导入。"


def _too_long(order: Order, stage: Stage) -> str:
    return f"{_where(order, stage)}：读了很久还没有读完，先停下了。文件可能有问题，请从排版软件里重新导出一次，再导入。"


def _where(order: Order, stage: Stage) -> str:
    name = stage.file or (order.names[0] if len(order.names) == 1 else f"{order.names[0]}等{len(order.names)}个文件")
    return f"{name}（第{stage.done + 1}版前后）" if stage.of > 1 else name
