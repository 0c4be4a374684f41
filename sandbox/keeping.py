"""A world's state as JSON: everything that its simulators know, so that a demo that is started again finds it.

What is kept are values, containers and objects of classes of `sandbox`, with who is the same object as whom. What
belongs to a running process is not: connections, tasks, functions, and the attributes that a class names in
`NOT_KEPT`. So a world is restored into one that was just made in the same way: what is in it stays the same object
and takes on the state that was kept; what is new is made. No code is in the file, and no class outside of `sandbox`
is named by it.
"""

import base64
import itertools
import json
import sys
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from importlib import import_module
from pathlib import Path, PurePath
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

ROOM = "sandbox."
DEEP = 10_000
_MISSING = object()
_PLAIN = (str, int, float, type(None))
_MAPPINGS: Mapping[str, type] = {"dict": dict, "counter": Counter, "ordered": OrderedDict}
_SEQUENCES: Mapping[str, type] = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozen": frozenset,
    "deque": deque,
}
_TIMES: Mapping[str, Any] = {
    "datetime": (datetime, datetime.isoformat, datetime.fromisoformat),
    "date": (date, date.isoformat, date.fromisoformat),
    "span": (timedelta, timedelta.total_seconds, lambda seconds: timedelta(seconds=seconds)),
}


class NotKept(Exception):
    """The state in a file can't become that of this world; its text says where."""


def save(path: Path, text: str) -> None:
    """Put a text in the place of the file at once; nobody reads half of it."""
    new = path.with_name(f"{path.name}.new")
    new.touch(mode=0o600)
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def keep(root: object) -> str:
    """The state of everything that can be reached from `root`."""
    with _deep():
        return json.dumps(_Keeper().told(root))


def restore(text: str, root: object) -> None:
    """Give `root`, which was just made as that one was, the state that was kept. NotKept."""
    with _deep():
        try:
            told = json.loads(text)
            if not isinstance(told, dict):
                raise TypeError("it holds no world")  # noqa: TRY301 - told as all that is wrong with a file
            _Restorer().made(told, root)
        except (KeyError, TypeError, ValueError, AttributeError, ImportError) as error:
            raise NotKept(f"{type(error).__name__}: {error}") from error


class _deep:  # noqa: N801 - used as a word of the language
    """A long chain of objects is a deep recursion."""

    def __enter__(self) -> None:
        self._before = sys.getrecursionlimit()
        sys.setrecursionlimit(max(DEEP, self._before))

    def __exit__(self, *_error: object) -> None:
        sys.setrecursionlimit(self._before)


def _ours(kind: type) -> bool:
    return kind.__module__.startswith(ROOM)


def _name(kind: type) -> str:
    return f"{kind.__module__.removeprefix(ROOM)}:{kind.__qualname__}"


def _attributes(thing: object) -> Iterator[tuple[str, Any]]:
    left_out: set[str] = set()
    slots: list[str] = []
    for kind in type(thing).__mro__:
        left_out |= set(vars(kind).get("NOT_KEPT", ()))
        own = vars(kind).get("__slots__", ())
        slots += [own] if isinstance(own, str) else own
    names = [name for name in slots if hasattr(thing, name) and not name.startswith("__")]
    for name in dict.fromkeys([*names, *getattr(thing, "__dict__", {})]):
        if name not in left_out:
            yield name, getattr(thing, name)


class _Keeper:
    """Writes one graph of objects. What is not kept is `_MISSING`."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._alive: list[object] = []

    def told(self, value: Any) -> Any:
        if isinstance(value, _PLAIN) and not isinstance(value, Enum):
            return value
        special = _special(value)
        return self._shared(value) if special is None else special

    def _shared(self, value: Any) -> Any:
        """What may be the same thing in two places."""
        if id(value) in self._numbers:
            return {"is": "same", "number": self._numbers[id(value)]}
        for word, kind in (*_MAPPINGS.items(), *_SEQUENCES.items()):
            if type(value) is kind:
                return self._container(word, value)
        return self._object(value) if _ours(type(value)) else _MISSING

    def _number(self, value: object) -> int:
        self._alive.append(value)  # an id is only good as long as its object lives
        self._numbers[id(value)] = len(self._alive)
        return len(self._alive)

    def _container(self, word: str, value: Any) -> Any:
        number = self._number(value)
        if word in _MAPPINGS:
            items = [[self.told(key), self.told(each)] for key, each in value.items()]
            lost = any(_MISSING in (key, each) for key, each in items)
        else:
            # A set has no order, and the same state must always be the same text.
            items = [
                self.told(each) for each in (sorted(value, key=repr) if word in ("set", "frozen") else value)
            ]
            lost = any(each is _MISSING for each in items)
        return _MISSING if lost else {"is": word, "number": number, "with": items}

    def _object(self, value: object) -> Any:
        number = self._number(value)
        kept = {name: self.told(each) for name, each in _attributes(value)}
        lost = [name for name, each in kept.items() if each is _MISSING]
        has = {name: each for name, each in kept.items() if each is not _MISSING}
        return {"is": "object", "of": _name(type(value)), "number": number, "lost": lost, "with": has}


def _special(value: Any) -> Any:  # noqa: PLR0911 - a table in the form of questions
    """A value that is only a value; None for another."""
    if isinstance(value, Enum):
        return {"is": "enum", "of": _name(type(value)), "with": value.value}
    if isinstance(value, type):
        return {"is": "class", "of": _name(value)} if _ours(value) else _MISSING
    if isinstance(value, bytes):
        return {"is": "bytes", "with": base64.b64encode(value).decode()}
    if isinstance(value, PurePath):
        return {"is": "path", "with": str(value)}
    if isinstance(value, itertools.count):
        return {"is": "count", "with": value.__reduce__()[1][0]}
    if isinstance(value, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        form, secret = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        return {"is": "key", "with": value.private_bytes(serialization.Encoding.PEM, form, secret).decode()}
    for word, (kind, write, _read) in _TIMES.items():
        if isinstance(value, kind):
            return {"is": word, "with": write(value)}
    return None


class _Restorer:
    """Reads one graph of objects; `before` is what stands in its place in the new world."""

    def __init__(self) -> None:
        self._made: dict[int, Any] = {}
        self._taken: set[int] = set()

    def made(self, told: Any, before: Any = None) -> Any:
        if not isinstance(told, dict):
            return told
        word = told["is"]
        if word == "same":
            return self._made[told["number"]]
        if word in _MAPPINGS or word in _SEQUENCES:
            return self._container(word, told, before)
        if word == "object":
            return self._object(told, before)
        if word in _TIMES:
            return _TIMES[word][2](told["with"])
        return _PARTS[word](told)

    def _container(self, word: str, told: Any, before: Any) -> Any:
        if word in ("tuple", "frozen"):
            items = self._items(told, list(before) if isinstance(before, tuple) else [])
            self._made[told["number"]] = whole = tuple(items) if word == "tuple" else frozenset(items)
            return whole
        kind: Any = _MAPPINGS.get(word) or _SEQUENCES[word]
        container: Any = before if type(before) is kind and self._take(before) else kind()
        self._made[told["number"]] = container
        old = container.copy()
        container.clear()
        if word in _MAPPINGS:
            for name, each in told["with"]:
                key = self.made(name)
                container[key] = self.made(each, old.get(key))
        elif word == "set":
            container.update(self._items(told, []))
        else:
            container.extend(self._items(told, list(old)))
        return container

    def _items(self, told: Any, old: list[Any]) -> list[Any]:
        return [self.made(each, old[at] if at < len(old) else None) for at, each in enumerate(told["with"])]

    def _take(self, thing: object) -> bool:
        """Each object of the new world becomes one of the kept ones, not two."""
        if id(thing) in self._taken:
            return False
        self._taken.add(id(thing))
        return True

    def _object(self, told: Any, before: Any) -> Any:
        kind: Any = _class(told["of"])
        same = type(before) is kind and (told["lost"] or not _frozen(kind)) and self._take(before)
        if told["lost"] and not same:
            raise ValueError(f"a new {told['of']} has no {', '.join(told['lost'])}")
        thing = before if same else kind.__new__(kind)
        self._made[told["number"]] = thing
        for name, each in told["with"].items():
            object.__setattr__(thing, name, self.made(each, getattr(thing, name, None)))
        return thing


def _frozen(kind: type) -> bool:
    """Values that may be shared with other worlds are never written over."""
    return is_dataclass(kind) and kind.__dataclass_params__.frozen  # type: ignore[attr-defined]  # dataclasses have it


def _class(name: str) -> type:
    room, _, path = name.partition(":")
    found: Any = import_module(f"{ROOM}{room}")
    for part in path.split("."):
        found = getattr(found, part)
    if not isinstance(found, type):
        raise TypeError(f"{name} is no class")
    return found


_PARTS: Mapping[str, Any] = {
    "enum": lambda told: _class(told["of"])(told["with"]),
    "class": lambda told: _class(told["of"]),
    "bytes": lambda told: base64.b64decode(told["with"]),
    "path": lambda told: Path(told["with"]),
    "count": lambda told: itertools.count(told["with"]),
    "key": lambda told: serialization.load_pem_private_key(told["with"].encode(), password=None),
}
