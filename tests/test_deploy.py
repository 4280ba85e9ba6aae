"""The deployment's examples name commands, options, files and ports that exist."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main as commands

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


def _started(unit: Path) -> list[str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit.read_text(encoding="utf-8"))
    return shlex.split(parser["Service"]["ExecStart"])


def _container_command() -> list[str]:
    found = re.search(r"^CMD (\[.*\])$", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.M)
    assert found is not None
    return [part.strip(' "') for part in found.group(1)[1:-1].split(",")]


@pytest.mark.parametrize("command", [_started(DEPLOY / "woodpecker-web.service")[1:], _container_command()[1:]],
                         ids=["unit", "container"])
def test_server_takes_every_option_it_is_given(command: list[str]) -> None:
    known = subprocess.run([sys.executable, "-m", "granian", "--help"], capture_output=True, text=True, check=True).stdout
    options = [part for part in command if part.startswith("--")]
    assert options
    assert [option for option in options if not re.search(rf"{option}\b", known)] == []
    assert (command[-1], (ROOT / "wsgi.py").exists()) == ("wsgi:app", True)


@pytest.mark.parametrize("guide", ["README.md", "README.zh-CN.md", "docs/接入公众号.md"])
def test_guides_start_the_server_as_the_unit_does(guide: str) -> None:
    """Without its options a worker that dies stays away, and one waits for a slow answer behind the other."""
    started = " ".join(_started(DEPLOY / "woodpecker-web.service")).removeprefix("/opt/woodpecker/")
    told = re.findall(r"^ +(\S*granian --.*)$", (ROOT / guide).read_text(encoding="utf-8"), re.M)
    assert told == [started]


def _linked(guide: Path) -> list[tuple[str, str]]:
    """Each link of a guide that points into the project: file and heading."""
    links = re.findall(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)", guide.read_text(encoding="utf-8"))
    return [(path or guide.name, heading) for path, heading in links]


def _headings(guide: Path) -> set[str]:
    found = re.findall(r"^#+ (.*)$", guide.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in found}


@pytest.mark.parametrize("guide", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]), ids=lambda one: one.name)
def test_links_of_the_guides_lead_somewhere(guide: Path) -> None:
    assert [(path, heading) for path, heading in _linked(guide)
            if not (guide.parent / path).exists() or (heading and heading.lower() not in _headings(guide.parent / path))] == []


def test_commands_of_the_guide_and_the_units_exist() -> None:
    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    named = {tuple(words.split()) for words in re.findall(r"\bwp ((?:[a-z]+ ?)(?:[a-z-]+)?)", text)}
    named.add(tuple(_started(DEPLOY / "woodpecker-scheduler.service")[3:]))
    assert ("db", "upgrade") in named
    assert [words for words in named if not _is_command(words)] == []


def _is_command(words: tuple[str, ...]) -> bool:
    found = commands
    for word in words:
        group = getattr(found, "commands", None)
        if group is None:
            return True  # the rest are arguments
        if word not in group:
            return False
        found = group[word]
    return True


def test_files_that_the_guide_and_the_image_take_exist() -> None:
    guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    named = set(re.findall(r"docs/[\w./\-一-鿿]+\.(?:md|conf|yaml|cron)|docs/deploy/Containerfile", guide))
    taken = set(re.findall(r"^COPY (\S+)", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.M))
    assert (len(named) > 4, {"bot", "models", "web", "wsgi.py", "requirements.lock"} <= taken) == (True, True)
    assert [name for name in named | taken if not (ROOT / name).exists()] == []


def test_places_of_cron_and_units_are_those_that_the_guide_makes() -> None:
    guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    made = set(re.findall(r"install -d \S.* (/\S+)$|git clone \S+ (/\S+)$", guide, re.M))
    folders = {one for pair in made for one in pair if one}
    used = "".join(path.read_text(encoding="utf-8") for path in [*UNITS, DEPLOY / "woodpecker.cron"])
    named = set(re.findall(r"/(?:opt|etc|var)/[\w./-]+", re.sub(r"/etc/(?:systemd/system|cron\.d/\w+)", "", used)))
    assert len(named) > 5
    assert [one for one in sorted(named) if not any(one == folder or one.startswith(f"{folder}/") for folder in folders)] == []


def test_guide_waits_for_no_file_that_comes_later_and_makes_the_keys_as_the_service() -> None:
    """A key made by root, or a site before its certificate, stops what follows."""
    guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert guide.index("certbot certonly") < guide.index("nginx -t")
    assert not re.search(r"^ +WOODPECKER_CONFIG=\S+ \.venv/bin/python", guide, re.M)
    assert re.search(r"install -d -m 0700 -o woodpecker -g woodpecker /etc/woodpecker/keys$", guide, re.M)


def test_proxy_answers_to_our_name_alone_and_gives_the_id_itself() -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    strange = re.search(r"server \{\n    listen 443 ssl http2 default_server;.*?\n\}", text, re.DOTALL)
    assert strange is not None
    assert [each for each in ("ssl_reject_handshake on;", "return 444;") if each not in strange[0]] == []
    assert "proxy_pass" not in strange[0]
    handed_on = (DEPLOY / "woodpecker-proxy.conf").read_text(encoding="utf-8")
    assert "proxy_set_header X-Request-Id $request_id;" in handed_on


def test_setup_compiles_what_the_service_may_not_write() -> None:
    """The folder is root's: without this each start and each command reads 600 modules anew."""
    recipe = re.search(r"^setup: .*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert recipe is not None
    assert "compileall -q bot models web wsgi.py" in recipe[1]
    assert "RUN python -m compileall -q bot models web wsgi.py" in (DEPLOY / "Containerfile").read_text(encoding="utf-8")


def test_wrong_configuration_stops_the_units_start() -> None:
    """granian alone starts workers that cannot live again and again, and systemd calls that running."""
    text = (DEPLOY / "woodpecker-web.service").read_text(encoding="utf-8")
    before = re.search(r"^ExecStartPre=\S+/python -m bot (.*)$", text, re.M)
    assert before is not None
    assert _is_command(tuple(before[1].split()[:1]))
    assert text.index("ExecStartPre=") < text.index("ExecStart=")


def test_proxy_and_program_meet_at_one_port() -> None:
    started = _started(DEPLOY / "woodpecker-web.service")
    port = started[started.index("--port") + 1]
    assert f"server 127.0.0.1:{port} max_fails=0;" in (DEPLOY / "nginx.conf").read_text(encoding="utf-8")


def _places() -> dict[str, str]:
    """What nginx.conf says of each address, and of all ("")."""
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8").rpartition("listen 443")[2]
    places = re.compile(r"location (?:= )?(\S+) \{(.*?)\n    \}", re.DOTALL)
    return {"": places.sub("", text), **dict(places.findall(text))}


def test_proxy_hands_on_whole_bodies_and_takes_large_ones_at_one_address() -> None:
    places = _places()
    assert [each for each in ("proxy_request_buffering on;", "client_body_timeout 15s;") if each not in places[""]] == []
    assert "client_max_body_size 1m;" in places[""]
    assert [name for name, said in places.items() if "client_max_body_size 300m;" in said] == ["/papers/import"]
    assert not any("proxy_request_buffering off" in said for said in places.values())


def test_proxy_logs_no_address_that_is_a_key() -> None:
    quiet = {name for name, said in _places().items() if "access_log off;" in said}
    assert quiet == {"/claim/", "/mine/", "/my/", "/sign-in/reset/", "/wechat/"}
    assert quiet == {name for name, said in _places().items() if "error_log /dev/null;" in said}
    plain = re.search(r"listen 80;.*?\n\}", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"), re.DOTALL)
    assert plain is not None
    assert re.search(r"location / \{\n        access_log off;.*\n        return 301", plain[0])


def test_no_answer_to_a_stranger_leaves_a_machine_out() -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    machines = re.findall(r"^    (?:# )?server (\d[\w.:]+)(.*?);", text, re.M)
    assert [name for name, said in machines if said.strip() != "max_fails=0"] == []
    assert len(machines) == 2
    assert "proxy_connect_timeout 2s;" in (DEPLOY / "woodpecker-proxy.conf").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("nginx") is None or shutil.which("openssl") is None, reason="no nginx on this machine")
def test_site_is_one_that_nginx_takes(tmp_path: Path) -> None:
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "privkey.pem", "-out",
                    tmp_path / "fullchain.pem", "-days", "1", "-subj", "/CN=desk.example.org"], capture_output=True, check=True)
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    site = site.replace("/etc/letsencrypt/live/desk.example.org", str(tmp_path)).replace("/etc/nginx", str(DEPLOY))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}}\nhttp {{ access_log off;\n{site}\n}}", encoding="utf-8")
    said = subprocess.run(["nginx", "-t", "-q", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], capture_output=True, text=True,
                          check=False)
    assert (said.returncode, "[emerg]" in said.stderr) == (0, False), said.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
def test_units_are_such_that_systemd_takes_them(tmp_path: Path) -> None:
    """With programs that are there: a unit is refused for a command that is not."""
    for unit in UNITS:
        text = re.sub(r"^(ExecStart|ExecStartPre)=\S+", rf"\1={sys.executable}", unit.read_text(encoding="utf-8"), flags=re.M)
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", *map(str, sorted(tmp_path.glob("*.service")))],
                          capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if "woodpecker" in line] == []
