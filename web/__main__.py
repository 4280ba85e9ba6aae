"""`python -m web`: the runner behind `make run`."""

from __future__ import annotations

from web.run import main

if __name__ == "__main__":
    raise SystemExit(main())
