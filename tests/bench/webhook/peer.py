"""The peer: WeRoBot's echo in a Flask view with its default SQLite sessions, as its documentation shows it.

It stores a session row for each message and nothing of the message; it reads nothing out of it. Run by a WSGI server as
`tests.bench.webhook.peer:app` in a folder of its own (the sessions' file lies in the working folder); the keys come from
the environment variables PEER_TOKEN, PEER_AES_KEY and PEER_APP_ID. One process serves one mode: after the first encrypted
message WeRoBot encrypts every answer.
"""

from __future__ import annotations

import os
from typing import Any

from flask import Flask
from werobot import WeRoBot
from werobot.contrib.flask import make_view

robot = WeRoBot(token=os.environ["PEER_TOKEN"], encoding_aes_key=os.environ.get("PEER_AES_KEY"),
                app_id=os.environ.get("PEER_APP_ID"))


@robot.handler
def echo(message: Any) -> str:
    return getattr(message, "content", "") or "收到"


app = Flask(__name__)
app.add_url_rule("/wechat", endpoint="werobot", view_func=make_view(robot), methods=["GET", "POST"])
