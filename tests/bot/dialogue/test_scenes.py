"""The scene of a printed code names its paper and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.scenes import paper_of, scene_of


@given(st.integers(min_value=1, max_value=2**31 - 1))
def test_scene_leads_back_to_its_paper(paper_id: int) -> None:
    assert paper_of(scene_of(paper_id)) == paper_id
    assert 1 <= len(scene_of(paper_id)) <= 64


@pytest.mark.parametrize("scene", ["", "3", "paper-", "paper-x", "paper-03", "paper--3", "paper-3 ", "paper-３",
                                   "Paper-3", "qrscene_paper-3", "paper-" + "9" * 40])
def test_codes_of_others_name_no_paper(scene: str) -> None:
    assert paper_of(scene) is None


@given(st.text())
def test_any_scene_is_read_without_an_error(scene: str) -> None:
    found = paper_of(scene)
    assert found is None or scene_of(found) == scene
