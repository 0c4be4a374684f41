"""Counts the steps that a backtracking search takes, as Python's own does: the same on every machine and every day.

Works on what Python's parser makes of a pattern, so nothing is guessed about its text. A step is one attempt to match
one element at one place; Python's short cuts (a literal that is looked for first) are left out, so it never counts
less than is done by more than a factor.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from re import _constants as c  # type: ignore[attr-defined]  # Python's own, and without types
from re import _parser  # type: ignore[attr-defined]  # see above
from typing import Any

Next = Callable[[int], bool]
_AT_ENDS = (c.AT_END_STRING, c.AT_END)


class TooManySteps(Exception):
    """The budget is spent."""


class Searcher:
    """Searches a text with one pattern, within a budget of steps."""

    def __init__(self, pattern: re.Pattern[str], *, budget: int) -> None:
        self._tree = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
        self._flags = pattern.flags
        self._budget = budget
        self._text = ""
        self.steps = 0

    def search(self, text: str, *, anywhere: bool = True) -> int:
        """The steps of finding all there is, or only what begins with the text; TooManySteps."""
        self._text, self.steps = text, 0
        at = 0
        while at <= (len(text) if anywhere else 0):
            end = self._end(at)
            at = at + 1 if end is None else max(end, at + 1)
        return self.steps

    def first(self, text: str) -> int | None:
        """Where the first thing that is found ends, None where there is none; TooManySteps."""
        self._text, self.steps = text, 0
        ends = (self._end(at) for at in range(len(text) + 1))
        return next((end for end in ends if end is not None), None)

    def _end(self, at: int) -> int | None:
        end: list[int] = []

        def found(place: int) -> bool:
            end.append(place)
            return True

        return end[0] if self._run(list(self._tree), at, found) else None

    def _step(self) -> None:
        self.steps += 1
        if self.steps > self._budget:
            raise TooManySteps

    def _run(self, items: list[Any], at: int, go_on: Next) -> bool:  # noqa: PLR0911 - an element of each kind
        if not items:
            return go_on(at)
        self._step()
        (op, arg), rest = items[0], items[1:]
        if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
            return self._repeat(op, arg, at, lambda place: self._run(rest, place, go_on))
        if op is c.SUBPATTERN:
            return self._run(list(arg[3]), at, lambda place: self._run(rest, place, go_on))
        if op is c.ATOMIC_GROUP:
            return self._atomic(list(arg), at, lambda place: self._run(rest, place, go_on))
        if op is c.BRANCH:
            return any(self._run([*branch, *rest], at, go_on) for branch in arg[1])
        if op in (c.ASSERT, c.ASSERT_NOT):
            return self._looks(arg, at) is (op is c.ASSERT) and self._run(rest, at, go_on)
        if op is c.AT:
            return self._stands(arg, at) and self._run(rest, at, go_on)
        if op in (c.GROUPREF, c.GROUPREF_EXISTS):
            raise NotImplementedError("a pattern that looks back at a group")
        return at < len(self._text) and self._fits(op, arg, at) and self._run(rest, at + 1, go_on)

    def _looks(self, arg: tuple[int, Any], at: int) -> bool:
        direction, inner = arg
        if direction > 0:
            return self._run(list(inner), at, lambda _: True)
        low, _high = inner.getwidth()
        return at >= low and self._run(list(inner), at - low, lambda place: place == at)

    def _stands(self, arg: object, at: int) -> bool:
        text = self._text
        if arg in (c.AT_BOUNDARY, c.AT_NON_BOUNDARY):
            before = at > 0 and self._is_word(text[at - 1])
            behind = at < len(text) and self._is_word(text[at])
            return (before != behind) is (arg is c.AT_BOUNDARY)
        if arg in _AT_ENDS:
            last = at == len(text) or (arg is c.AT_END and text[at:] == "\n")
            return last or bool(self._flags & re.MULTILINE and arg is c.AT_END and text[at : at + 1] == "\n")
        return at == 0 or bool(self._flags & re.MULTILINE and arg is c.AT_BEGINNING and text[at - 1] == "\n")

    @staticmethod
    def _is_word(char: str) -> bool:
        return char.isalnum() or char == "_"

    def _atomic(self, items: list[Any], at: int, go_on: Next) -> bool:
        end: list[int] = []

        def keep(place: int) -> bool:
            end.append(place)
            return True

        return self._run(items, at, keep) and go_on(end[0])

    def _repeat(self, op: object, arg: tuple[int, int, Any], at: int, go_on: Next) -> bool:
        """Without recursion where the repeated is one character: texts are longer than Python's stack."""
        low, high, inner = arg
        items = list(inner)
        if len(items) == 1 and items[0][0] in _SINGLE:
            return self._run_of(op, (low, int(high)), items[0], at, go_on)
        return self._loop(op, (low, int(high)), items, at, go_on)

    def _run_of(
        self, op: object, bounds: tuple[int, int], item: tuple[Any, Any], at: int, go_on: Next
    ) -> bool:
        (low, high), count = bounds, 0
        most = min(high, len(self._text) - at)
        if op is c.MIN_REPEAT:
            while True:
                if count >= low and go_on(at + count):
                    return True
                self._step()
                if count >= most or not self._fits(*item, at + count):
                    return False
                count += 1
        while count < most and self._fits(*item, at + count):
            self._step()
            count += 1
        if op is c.POSSESSIVE_REPEAT:
            return count >= low and go_on(at + count)
        return any(self._tried(go_on, at + less) for less in range(count, low - 1, -1))

    def _tried(self, go_on: Next, at: int) -> bool:
        self._step()
        return go_on(at)

    def _loop(self, op: object, bounds: tuple[int, int], items: list[Any], at: int, go_on: Next) -> bool:
        low, high = bounds
        if op is c.POSSESSIVE_REPEAT:
            return self._atomic([(c.MAX_REPEAT, (low, high, items))], at, go_on)

        def more(count: int, place: int) -> bool:
            def again(end: int) -> bool:
                return (end > place or count < low) and more(count + 1, end)

            def inner() -> bool:
                return count < high and self._run(items, place, again)

            def leave() -> bool:
                return count >= low and go_on(place)

            return (leave() or inner()) if op is c.MIN_REPEAT else (inner() or leave())

        return more(0, at)

    def _fits(self, op: object, arg: Any, at: int) -> bool:
        """Asked of Python itself, once for each kind of element and character."""
        return fits(op, arg, self._text[at], self._flags)


_SINGLE = frozenset({c.LITERAL, c.NOT_LITERAL, c.ANY, c.IN, c.CATEGORY, c.RANGE})


def fits(op: object, arg: Any, char: str, flags: int) -> bool:
    """Whether one character fits an element of a pattern."""
    chars = {char, char.lower(), char.upper()} if flags & re.IGNORECASE else {char}
    if op is c.IN:
        negated = arg[0][0] is c.NEGATE
        return any(fits(kind, of, char, flags) for kind, of in arg[negated:]) is not negated
    if op is c.LITERAL:
        return any(ord(each) == arg for each in chars if len(each) == 1)
    if op is c.NOT_LITERAL:
        return all(ord(each) != arg for each in chars if len(each) == 1)
    if op is c.RANGE:
        return any(arg[0] <= ord(each) <= arg[1] for each in chars if len(each) == 1)
    if op is c.ANY:
        return char != "\n" or bool(flags & re.DOTALL)
    if op is c.CATEGORY:
        return _CATEGORIES[arg].fullmatch(char) is not None
    raise NotImplementedError(str(op))


_CATEGORIES = {
    c.CATEGORY_DIGIT: re.compile(r"\d"),
    c.CATEGORY_NOT_DIGIT: re.compile(r"\D"),
    c.CATEGORY_SPACE: re.compile(r"\s"),
    c.CATEGORY_NOT_SPACE: re.compile(r"\S"),
    c.CATEGORY_WORD: re.compile(r"\w"),
    c.CATEGORY_NOT_WORD: re.compile(r"\W"),
}
_SOME = "a0 _-.:/=@%<>|\"'\\\n(A\u00e9"


def pieces(pattern: re.Pattern[str]) -> tuple[str, ...]:
    """Texts that parts of the pattern match: what an attacker would repeat."""
    tree = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    found = dict.fromkeys(piece for piece in _examples(tree, pattern.flags) if piece)
    return tuple(sorted(found, key=len)[:_MOST_PIECES])


_MOST_PIECES = 16


def _examples(tree: Iterable[Any], flags: int) -> Iterator[str]:
    """An example of each element, of each repetition, and of the row of them from each element on."""
    items = list(tree)
    whole = [_example(op, arg, flags) for op, arg in items]
    for first in range(len(items)):
        for last in range(first + 1, len(items) + 1):
            yield "".join(whole[first:last])
    for op, arg in items:
        for inner in _inside(op, arg):
            yield from _examples(inner, flags)
        if op is c.IN:
            yield from (char for char in _SOME if fits(op, arg, char, flags))


def _inside(op: object, arg: Any) -> Iterable[Any]:
    if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        return (arg[2],)
    if op is c.SUBPATTERN:
        return (arg[3],)
    if op in (c.ASSERT, c.ASSERT_NOT):
        return (arg[1],)
    if op is c.ATOMIC_GROUP:
        return (arg,)
    return tuple(arg[1]) if op is c.BRANCH else ()


def _example(op: object, arg: Any, flags: int) -> str:
    if op in _SINGLE:
        if op is c.LITERAL:
            return str(chr(arg))
        wide = (*_SOME, *map(chr, range(33, 0x250)))
        return next((str(char) for char in wide if fits(op, arg, char, flags)), "")
    if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        return "".join(_example(kind, of, flags) for kind, of in arg[2]) * int(max(1, arg[0]))
    inner = next(iter(_inside(op, arg)), ())
    if op in (c.ASSERT, c.ASSERT_NOT):
        return ""
    return "".join(_example(kind, of, flags) for kind, of in inner)
