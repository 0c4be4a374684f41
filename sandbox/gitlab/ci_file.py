""".gitlab-ci.yml as far as it decides whether a pipeline is made, what it is called, and which jobs it has."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

FILE = ".gitlab-ci.yml"
KEYWORDS = frozenset({"default", "image", "include", "pages", "spec", "stages", "variables", "workflow"})
TERM = re.compile(r"""\$(?P<name>\w+)(?:\s*(?P<sign>==|!=)\s*(?P<quote>["'])(?P<text>.*?)(?P=quote))?""")
SHOWN = re.compile(r"\$(?:\{(?P<braced>\w+)\}|(?P<plain>\w+))")


@dataclass(frozen=True, kw_only=True, slots=True)
class CiFile:
    """One file, read. `jobs` are their rules by name, None where a job has none."""

    name: str | None
    rules: Sequence[Mapping[str, Any]] | None
    jobs: Mapping[str, Sequence[Mapping[str, Any]] | None]

    def title(self, variables: Mapping[str, str]) -> str | None:
        """`workflow:name` with its variables filled in; None where there is none."""
        if self.name is None:
            return None
        return SHOWN.sub(lambda found: variables.get(found["braced"] or found["plain"], ""), self.name)

    def wanted(self, variables: Mapping[str, str]) -> bool:
        """Whether `workflow:rules` let a pipeline be made."""
        return _chosen(self.rules, variables)

    def chosen(self, variables: Mapping[str, str]) -> Sequence[str]:
        """The jobs that a pipeline with these variables has."""
        return tuple(name for name, rules in self.jobs.items() if _chosen(rules, variables))


def ci_file(text: bytes | None) -> CiFile | None:
    """Read it; None where it is missing or no YAML object."""
    try:
        data = yaml.safe_load(text) if text is not None else None
    except yaml.YAMLError:
        return None
    if not isinstance(data, dict):
        return None
    workflow = data.get("workflow") or {}
    jobs = {
        str(name): job.get("rules")
        for name, job in data.items()
        if name not in KEYWORDS and not str(name).startswith(".") and isinstance(job, dict)
    }
    return CiFile(name=workflow.get("name"), rules=workflow.get("rules"), jobs=jobs)


def _chosen(rules: Sequence[Mapping[str, Any]] | None, variables: Mapping[str, str]) -> bool:
    """The first rule that holds decides; where none does, there is nothing to be made."""
    if rules is None:
        return True
    first = next((rule for rule in rules if _holds(str(rule.get("if", "")), variables)), None)
    return first is not None and first.get("when") != "never"


def _holds(condition: str, variables: Mapping[str, str]) -> bool:
    if not condition:
        return True
    return any(all(_term(term, variables) for term in part.split("&&")) for part in condition.split("||"))


def _term(term: str, variables: Mapping[str, str]) -> bool:
    found = TERM.fullmatch(term.strip())
    if found is None:
        raise ValueError(f"the simulator does not read the rule {term!r}")
    value = variables.get(found["name"])
    if found["sign"] is None:
        return bool(value)
    return (value == found["text"]) == (found["sign"] == "==")
