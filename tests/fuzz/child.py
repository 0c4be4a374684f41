"""The process of one target: our own modules are instrumented, so that the fuzzer sees which branches it reached."""

import importlib
import sys

import atheris


def main() -> None:
    """Fuzz the target that is named first, with the options of libFuzzer behind it."""
    name, *options = sys.argv[1:]
    with atheris.instrument_imports(include=["bot", "integrations", "orchestration"]):
        targets = importlib.import_module("tests.fuzz.targets").TARGETS
    atheris.Setup([sys.argv[0], *options], targets[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
