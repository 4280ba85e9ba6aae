"""An S3 service of this machine (moto) in a process of its own, with one bucket. Nothing of it outlives the test."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import s3fs  # type: ignore[import-not-found,import-untyped,unused-ignore]

from tests.support.site import free_port, until

BUCKET = "woodpecker/newsroom"
KEY, SECRET = "onlyForTests", "onlyForTestsOnlyForTests"


@dataclass(frozen=True)
class Bucket:
    endpoint: str
    address: str = f"s3://{BUCKET}"

    @property
    def media(self) -> dict[str, str]:
        """The section [media] of a configuration that keeps everything here."""
        return {"storage": self.address, "storage_endpoint": self.endpoint, "storage_key": KEY, "storage_secret": SECRET}

    @property
    def files(self) -> s3fs.S3FileSystem:
        """The bucket looked at from outside, always anew."""
        return s3fs.S3FileSystem(endpoint_url=self.endpoint, key=KEY, secret=SECRET, use_listings_cache=False,
                                 skip_instance_cache=True)

    def names(self) -> list[str]:
        return sorted(str(path).removeprefix(f"{BUCKET}/") for path in self.files.find(BUCKET))


@contextmanager
def bucket() -> Iterator[Bucket]:
    port = free_port()
    with subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        made = Bucket(f"http://127.0.0.1:{port}")
        try:
            until(lambda: _made(made), seconds=40, what="the S3 service answers")
            yield made
        finally:
            process.terminate()
            process.wait(20)


def _made(one: Bucket) -> bool:
    try:
        files = one.files
        files.mkdir("woodpecker")
    except OSError:
        return False
    return bool(files.exists("woodpecker"))
