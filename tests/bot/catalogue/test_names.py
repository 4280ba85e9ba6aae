"""What a paper may be called: a reader's word must mean one paper."""

from __future__ import annotations

import pytest

from bot.catalogue.names import Called, alias_problem, name_problem, tidy, tidy_aliases

OTHERS: list[Called] = [("社区晨报·柳湾", ["柳湾版", "湾报"]), ("社区晨报·梧桐里", [])]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("社区晨报·凉城", ""),
        ("社区晨报", ""),  # the only paper of a town may be called so
        ("凉", ""),
        ("", "1 到 80 个字"),
        ("·", "1 到 80 个字"),
        ("长" * 81, "1 到 80 个字"),
        ("社区晨报·柳湾", "已经有一份报纸叫"),
        ("社区晨报柳湾", "已经有一份报纸叫“社区晨报·柳湾”"),
        ("柳湾版", "是《社区晨报·柳湾》的别名"),
    ],
)
def test_name_is_taken_or_refused_with_a_sentence(name: str, words: str) -> None:
    problem = name_problem(name, OTHERS)
    assert (words in problem) if words else problem == ""


@pytest.mark.parametrize(
    ("alias", "words"),
    [
        ("凉城版", ""),
        ("凉城", ""),
        ("我们街道的晨报", ""),
        ("晨报", "太短"),
        ("社区报", "太短"),
        ("凉", "太短"),
        ("凉版", "太短"),
        ("！", "太短"),
        ("长" * 41, "最多 40 个字"),
        ("柳湾版", "已经是《社区晨报·柳湾》的名字"),
        ("社区晨报·梧桐里", "已经是《社区晨报·梧桐里》的名字"),
        ("梧桐里", "分不清"),
        ("柳湾晨报", "分不清"),
    ],
)
def test_alias_is_taken_or_refused_with_a_sentence(alias: str, words: str) -> None:
    problem = alias_problem(alias, OTHERS)
    assert (words in problem) if words else problem == ""


def test_aliases_stand_once_without_the_name_and_without_empty_lines() -> None:
    assert tidy_aliases(["凉城版 ", "", "凉城版", "社区晨报凉城", "凉城  晨报"], "社区晨报·凉城") == ("凉城版", "凉城 晨报")


def test_spaces_are_tidied() -> None:
    assert tidy("  凉城　 晨报 ") == "凉城 晨报"
