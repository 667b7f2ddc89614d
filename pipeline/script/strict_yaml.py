"""YAML as authors mean it: plain keys, each once, with the line and the characters of its value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NoReturn

import frontmatter
import yaml  # type: ignore[import-untyped]
from frontmatter.default_handlers import YAMLHandler

from pipeline.errors import InputError

DEEPEST = 20
"""Levels of nesting."""

_HINTS = {
    "mapping values are not allowed": "Put a text with a colon into quotes.",
    "cannot start any token": "Put the text into quotes; tabs must be spaces.",
    "could not find expected ':'": "Every line needs a key, a colon and a value.",
    "aliases": "Put a text that begins with * into quotes.",
    "anchors": "Put a text that begins with & into quotes.",
    "expected alphabetic or numeric": "Put a text that begins with * or & into quotes.",
    "expected <block end>": "Put the value into double quotes; write no such quotes inside it.",
    "the tag": "Put a text that begins with ! into quotes.",
    "merge keys": "Write every key out.",
    "not keys": "Write keys with values, as in `title: A story`; notes begin without `---`.",
    "given twice": "Keep one of them.",
}
_HINT = "Put the value into quotes, or correct the line."


@dataclass(frozen=True, slots=True)
class Entry:
    """One key's value."""

    value: object
    """What YAML makes of it."""
    text: str | None
    """The characters of a single value, without quotes; None for a list or a table."""
    line: int
    """Line of the script's file, from 1."""
    comment: str = ""
    """What follows a value without quotes on its line, from ` #` on, which is not read."""


def entries(block: str, name: str, first_line: int) -> dict[str, Entry]:
    """The keys of a front matter; `first_line` is the number of its first line in the file.

    Raises InputError for broken YAML, a key given twice, aliases, and anything but keys.
    """
    reading = _Reading(block)
    try:
        frontmatter.parse(block, handler=reading)
    except yaml.YAMLError as error:
        _refuse(error, block, name, first_line)
    except (ValueError, RecursionError, OverflowError) as error:
        raise InputError(
            "The front matter cannot be read.", hint=_HINT, where=f"{name}:{first_line}"
        ) from error
    return {
        key: replace(entry, line=entry.line + first_line) for key, entry in reading.entries.items()
    }


def _refuse(error: yaml.YAMLError, block: str, name: str, first_line: int) -> NoReturn:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    position = getattr(error, "position", None)
    line = mark.line if mark else block.count("\n", 0, position) if position is not None else 0
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is not YAML"
    hint = next((text for part, text in _HINTS.items() if part in problem), _HINT)
    raise InputError(
        f"The front matter cannot be read: {problem}.",
        hint=hint,
        where=f"{name}:{line + first_line}",
    ) from error


class _Reading(YAMLHandler):
    """How python-frontmatter reads a block whose bounds are known."""

    def __init__(self, block: str) -> None:
        super().__init__()
        self.block = block
        self.entries: dict[str, Entry] = {}

    def split(self, text: str) -> tuple[str, str]:
        del text
        return self.block, ""

    def load(self, fm: str, **kwargs: object) -> Any:
        del kwargs
        loader = _Loader(fm)
        try:
            node = loader.get_single_node()
            if node is None:
                return {}
            if not isinstance(node, yaml.MappingNode):
                kind = "a list" if isinstance(node, yaml.SequenceNode) else "a text"
                problem = f"it is {kind}, not keys with values"
                raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
            self.entries = loader.entries(node)
            return {key: entry.value for key, entry in self.entries.items()}
        finally:
            loader.dispose()


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """SafeLoader without aliases and depths, and with the line of every fault."""

    depth = 0

    def entries(self, node: yaml.MappingNode) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for key_node, value_node in node.value:
            key = str(getattr(key_node, "value", ""))
            if key in found:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key `{key}` is given twice", key_node.start_mark
                )
            if key_node.tag == "tag:yaml.org,2002:merge":
                problem = "merge keys are not allowed"
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            value = self.construct_object(value_node, deep=True)
            text = value_node.value if isinstance(value_node, yaml.ScalarNode) else None
            comment = "" if text is None or value_node.style else self._after(value_node)
            found[key] = Entry(value, text, key_node.start_mark.line, comment)
        return found

    def _after(self, node: yaml.ScalarNode) -> str:
        """What stands behind a value on its line."""
        mark = node.end_mark
        return str(mark.buffer[mark.pointer :].partition("\n")[0].rstrip("\0").strip())

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            problem = "aliases are not allowed"
            raise yaml.composer.ComposerError(None, None, problem, event.start_mark)
        if getattr(event, "anchor", None):
            problem = "anchors are not allowed"
            raise yaml.composer.ComposerError(None, None, problem, event.start_mark)
        if self.depth >= DEEPEST:
            raise yaml.composer.ComposerError(None, None, "nested too deeply", event.start_mark)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, OverflowError, TypeError) as error:
            problem = f"the value {str(node.value)[:40]!r} is not possible"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from error
