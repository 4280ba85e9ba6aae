"""`make run` and a whole round on a machine that reaches nobody: in a network namespace that has a loopback only."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STORY = "tests/flows/test_browser_story.py::test_a_readers_message_becomes_a_printed_name"
ALONE = """
import fcntl, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
    fcntl.ioctl(one, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS: up and running
    try:
        one.connect(("192.0.2.1", 53))
        sys.exit("the namespace reaches a network")
    except OSError:
        pass
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""


def test_the_whole_round_of_the_demo_needs_no_network(tmp_path: Path) -> None:
    alone = ["unshare", "--net"]
    if shutil.which("unshare") is None or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine allows no network namespace")

    told = subprocess.run(
        [*alone, sys.executable, "-c", ALONE, STORY, "-q", "-n", "0", "-p", "no:cacheprovider", f"--basetemp={tmp_path}/alone"],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=300, check=False)

    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-1000:]
    assert "1 passed" in told.stdout
