"""`python -m web.simulator`: serves the stand-in on this machine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

EPILOG = """The stand-in plays WeChat for the accounts of the configuration. It signs, encrypts and posts readers'
messages to CONSOLE/wechat/ACCOUNT and sends again as the platform does: after 5 s of silence, at once after a
wrong status, three requests in all. It answers the API calls of the bot: /cgi-bin/stable_token, /cgi-bin/token
and /cgi-bin/message/custom/send; set [wechat] api_base to its address. All of it is in memory and gone at the
end."""


def parser() -> argparse.ArgumentParser:
    """The options, each with its default."""
    result = argparse.ArgumentParser(prog="python -m web.simulator", description=__doc__, epilog=EPILOG)
    result.add_argument("--config", type=Path, help="the bot's configuration (default: config.toml)")
    result.add_argument("--console", default="http://127.0.0.1:8000", help="where webhook and console answer")
    result.add_argument("--port", type=int, help="port on 127.0.0.1 (default: [demo] simulator_port)")
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until it is stopped; 1 where the configuration is wrong."""
    options = parser().parse_args(arguments)
    from bot.errors import SettingsError  # late, as what follows, so that --help is quick
    from bot.settings import load_settings

    try:
        port = options.port or load_settings(options.config).demo.simulator_port
    except SettingsError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    serve(options.config, console=options.console, port=port)
    return 0


def serve(config: Path | None, *, console: str, port: int) -> None:
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
        blocking_threads=8,
        workers_kill_timeout=3,
    )
    server.serve(target_loader=Loader(config, console, port))


if __name__ == "__main__":
    raise SystemExit(main())
