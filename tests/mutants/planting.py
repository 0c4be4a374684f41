"""Plants a bug while its module is imported: the file on the disk stays as it is."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

from tests.mutants.mutant import Mutant


class PlaceGone(Exception):
    """The words that the bug takes the place of do not stand in the module, or more than once."""


def mutated(mutant: Mutant, source: str) -> str:
    """The module's text with the bug in it; PlaceGone."""
    count = source.count(mutant.old)
    if count != 1:
        raise PlaceGone(f"“{mutant.name}”: its place stands {count} times in {mutant.module}")
    return source.replace(mutant.old, mutant.new)


class _Loader(SourceFileLoader):
    """Compiles the changed text, and neither reads nor leaves compiled files."""

    def __init__(self, mutant: Mutant, path: str) -> None:
        super().__init__(mutant.module, path)
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        """The code with the bug in it."""
        del fullname  # there is one module
        source = mutated(self._mutant, self.get_data(self.path).decode())
        return compile(source, self.path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's own place, with a loader of ours; for all other modules nothing."""
        if fullname != self._mutant.module:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin is not None:
            spec.loader = _Loader(self._mutant, spec.origin)
        return spec


def plant(mutant: Mutant) -> None:
    """From now on the module has the bug; it must not be imported yet."""
    if mutant.module in sys.modules:
        raise RuntimeError(f"{mutant.module} is imported already: the bug would have no effect")
    sys.meta_path.insert(0, _Finder(mutant))
