"""On which line of a JSON text each value begins, so that a problem can be found with an editor. Pure."""

from __future__ import annotations

import json
import re

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_PLAIN = re.compile(r"[^,\]}\s]+")


def line_numbers(text: str) -> dict[str, int]:
    """Path → line, as in pages[0].articles[2].title. `text` is known to be valid JSON."""
    return _Walk(text).lines


class _Walk:
    """One pass over the text; lines are counted once, from one value to the next."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.line, self.counted = text, 0, 1, 0
        self.lines: dict[str, int] = {}
        self._value("")

    def _value(self, path: str) -> None:
        self._space()
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        self.lines[path] = self.line
        if self.text[self.at] == "{":
            self._members(path)
        elif self.text[self.at] == "[":
            self._items(path)
        else:
            self._skip(_STRING if self.text[self.at] == '"' else _PLAIN)

    def _members(self, path: str) -> None:
        self.at += 1
        while not self._closed("}"):
            key = json.loads(self._skip(_STRING), strict=False)
            self._closed(":")
            self._value(f"{path}.{key}" if path else key)
            self._closed(",")

    def _items(self, path: str) -> None:
        self.at += 1
        number = 0
        while not self._closed("]"):
            self._value(f"{path}[{number}]")
            self._closed(",")
            number += 1

    def _closed(self, mark: str) -> bool:
        """Steps over `mark` where it comes next."""
        self._space()
        if self.text[self.at] != mark:
            return False
        self.at += 1
        self._space()
        return True

    def _space(self) -> None:
        self._skip(_SPACE)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        assert found is not None, "valid JSON"
        self.at = found.end()
        return found.group()
