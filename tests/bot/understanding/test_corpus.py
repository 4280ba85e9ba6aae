"""The figures on the reader corpus, where WOODPECKER_CORPUS names its folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.gold import predictions as understood

FLOORS = {
    "lines_right": 0.97, "intents": 0.98, "count_exact": 0.98, "paper_f1": 0.98, "issue_f1": 0.98, "page_f1": 0.98,
    "article_f1": 0.98, "wrong_f1": 0.98, "right_f1": 0.98, "correction_f1": 0.98, "located_right": 0.97,
    "duplicates_precision": 0.97, "duplicates_recall": 0.91,
}  # fmt: skip

pytestmark = pytest.mark.skipif("WOODPECKER_CORPUS" not in os.environ, reason="WOODPECKER_CORPUS is not set")


def test_the_figures_hold(tmp_path: Path) -> None:
    corpus = Path(os.environ["WOODPECKER_CORPUS"])
    predictions = tmp_path / "predictions.jsonl"
    lines = understood(corpus / "papers", corpus / "dev.jsonl")
    predictions.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    command = [sys.executable, str(corpus / "score.py"), str(corpus / "dev.jsonl"), str(predictions), "--json"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    figures = json.loads(printed)
    assert {name: figures[name]["value"] for name in FLOORS if figures[name]["value"] < FLOORS[name]} == {}
    assert figures["located_confidently_wrong"]["count"] == 0
