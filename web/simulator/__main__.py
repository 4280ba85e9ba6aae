"""`python -m web.simulator`: serves the stand-in for WeChat on this machine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

EPILOG = """The stand-in plays WeChat for official accounts. It signs, encrypts and posts readers' messages and events
to the bot's webhook and sends again as the platform does: after 5 s of silence, at once after a wrong status,
three requests in all with the same MsgId. It answers the API under /cgi-bin/: tokens, customer, template and
subscription messages, media, menu, QR codes, followers, drafts, publishing; with the windows, daily caps and
missing rights (48001) of each type of account.

  our own bot:    python -m web.simulator --config config.toml --console http://127.0.0.1:8000
                  ([wechat] api_base = the stand-in's address; deliveries go to CONSOLE/wechat/ACCOUNT)
  any other bot:  python -m web.simulator --print-example > accounts.toml, fill it in, then
                  python -m web.simulator --accounts accounts.toml --port 8001

  http://127.0.0.1:PORT/        be a reader: write, speak, send pictures, press the menu
  http://127.0.0.1:PORT/steer/  steer: account type, clock, every push, faults, quotas, transcript and replay

All of it is in memory and gone at the end; the transcript can be saved before and replayed. Only this machine
may connect. docs/simulator.md tells the rest."""


def parser() -> argparse.ArgumentParser:
    """The options, each with its default."""
    result = argparse.ArgumentParser(prog="python -m web.simulator", description=__doc__, epilog=EPILOG,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    result.add_argument("--config", type=Path, help="our bot's configuration (default: config.toml)")
    result.add_argument("--console", default="http://127.0.0.1:8000", help="where our webhook and console answer")
    result.add_argument("--accounts", type=Path, help="accounts and webhooks of any bot, instead of --config")
    result.add_argument("--print-example", action="store_true", help="print a whole file for --accounts")
    result.add_argument("--port", type=int, help="port on 127.0.0.1 (default: [demo] simulator_port, or 8001)")
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until it is stopped; 1 where the configuration is wrong."""
    options = parser().parse_args(arguments)
    from bot.errors import SettingsError  # late, as what follows, so that --help is quick

    if options.print_example:
        from web.simulator.accounts_file import EXAMPLE

        sys.stdout.write(EXAMPLE)
        return 0
    try:
        port = _checked_port(options.accounts, options.config, options.port)
    except SettingsError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    serve(options.config, console=options.console, port=port, accounts=options.accounts)
    return 0


def _checked_port(accounts: Path | None, config: Path | None, port: int | None) -> int:
    """The port, once the files are found to be right; SettingsError where they are not."""
    if accounts is not None:
        from web.simulator.accounts_file import read

        read(accounts)
        return port or 8001
    from bot.settings import load_settings

    return port or load_settings(config).demo.simulator_port


def serve(config: Path | None, *, console: str, port: int, accounts: Path | None = None) -> None:
    """One worker, for the chats are in its memory; threads enough for pages that poll, and API calls beside."""
    from granian.constants import Interfaces
    from granian.server import Server

    from web.simulator.application import Loader

    server = Server(
        "web.simulator",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        websockets=False,
        blocking_threads=16,
        workers_kill_timeout=3,
    )
    server.serve(target_loader=Loader(config, console, port, accounts))


if __name__ == "__main__":
    raise SystemExit(main())
