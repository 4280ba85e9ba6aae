"""`python -m bot record` and `python -m bot audit`: the record of a round handed out and checked. The edge.

`record verify` needs neither configuration nor database: it is for whoever doubts, on a machine of his own.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn, Protocol

import click
from sqlalchemy import Engine

from bot.contest.record.canonical import as_printed
from bot.contest.record.checking import Checked, verify
from bot.contest.record.reading import MOST_BYTES
from bot.recording import audit_chain, records, signatures
from models.session import reading

WHOLE, DIFFERS, NOT_CHECKED = 0, 1, 2


class Place(Protocol):
    """The database of this run; see bot.cli."""

    def engine(self) -> Engine: ...


@click.group("record")
def group() -> None:
    """The record of a round: one file from which the winners can be worked out again."""


@group.command("export")
@click.argument("contest")
@click.argument("month")
@click.option("--version", type=click.IntRange(1), help="An earlier version; the newest one where it is left out.")
@click.option("--signature", type=click.Path(dir_okay=False, path_type=Path), help="Write the signature to this file.")
@click.pass_obj
def export(place: Place, contest: str, month: str, version: int | None, signature: Path | None) -> None:
    """Write the record of CONTEST's MONTH (2026-11) to the standard output, byte by byte as it was kept."""
    with reading(place.engine()) as session:
        row = records.find(session, contest, month, version)
        body = records.body(row)
        signed, digest, number = row.signature, row.digest, row.version
    if signature is not None:
        if signed is None:
            raise click.UsageError("this record is not signed: leave out --signature")
        signature.write_bytes(signed)
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()
    click.echo(f"第 {number} 版，印出的校验码 {digest}", err=True)


@group.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--digest", help="The digest as printed in the paper: 7Q4M-0XKD-N2VA-H8TC.")
@click.option("--public-key", type=click.Path(path_type=Path), help="The newspaper's public key (PEM, Ed25519).")
@click.option("--signature", type=click.Path(path_type=Path), help="The signature; FILE.sig where it is left out.")
def verify_command(file: Path, digest: str | None, public_key: Path | None, signature: Path | None) -> None:
    """Work out the winners from FILE alone and name everything that differs.

    Exit code 0: whole; 1: something differs, or FILE is a damaged record; 2: not checked, for FILE, the key or the
    signature cannot be read, or nothing in FILE says that it is a record this program knows.
    """
    data = _read(file, MOST_BYTES)
    found = verify(data)
    lines = [f"{one}" for one in found.differences] + ([f"另外还有 {found.more} 处"] if found.more else [])
    if digest is not None and as_printed(digest) != found.digest:
        lines.append(f"校验码：报上印的是 {as_printed(digest)}，这份文件是 {found.digest}")
    if public_key is not None:
        lines += _signature(data, public_key, signature or file.with_name(file.name + ".sig"))
    for line in [*lines, *found.notes]:
        click.echo(line)
    _tell(found, whole=not lines)
    sys.exit(NOT_CHECKED if not found.known else DIFFERS if lines else WHOLE)


def _read(path: Path, most: int) -> bytes:
    """The file's bytes, one more than `most` at the most; ends the program where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as problem:
        _cannot(f"{path}: {problem.strerror}")


def _cannot(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(NOT_CHECKED)


def _signature(data: bytes, public_key: Path, signature: Path) -> list[str]:
    try:
        key = signatures.public_key(public_key)
    except signatures.KeyUnusable as problem:
        _cannot(str(problem))
    signed = _read(signature, signatures.LENGTH)
    return [] if signatures.holds(key, signed, data) else ["签名：不是这把钥匙对这份文件的签名"]


def _tell(found: Checked, *, whole: bool) -> None:
    if found.contest:
        click.echo(f"{found.contest} {found.month} 第 {found.version} 版，纠错 {found.reports} 条")
    if whole:
        best, others = "、".join(map(str, found.best)) or "空缺", "、".join(map(str, found.excellent)) or "空缺"
        click.echo(f"重算一致。最佳：{best}；优秀：{others}（各人以本轮最早一条的编号表示）")
    click.echo(f"SHA-256 {found.sha256}")
    click.echo(f"校验码 {found.digest}（请和报上印的比对）")


@click.group("audit")
def audit_group() -> None:
    """The audit trail."""


@audit_group.command("verify")
@click.pass_obj
def audit_verify(place: Place) -> None:
    """Name the first entry of the audit trail that was changed or taken out. Exit code 1 where there is one."""
    with reading(place.engine()) as session:
        broken = audit_chain.verify(session)
        sealed, fresh = audit_chain.length(session)
    if broken is not None:
        click.echo(f"{broken}")
        sys.exit(DIFFERS)
    click.echo(f"操作记录 {sealed} 条，链完好" + (f"；还有 {fresh} 条没有封。" if fresh else "。"))
