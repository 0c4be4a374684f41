"""Evidence as a page that needs nothing else: readable, printable, with the document itself inside."""

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.views.text import straight

Json = Mapping[str, Any]
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;color:#1d1c1d;background:#fff;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem}h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #ccc}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0}th,td{text-align:left;vertical-align:top;"
    "padding:.3rem .5rem;border-bottom:1px solid #e3e3e3;overflow-wrap:anywhere}th{font-weight:600}"
    "code{font-size:.9em}.no{font-weight:600}"
)
_FACTS = ("by", "kind", "event", "at")


def evidence_page(document: Json) -> str:
    """The page of a document; every text in it is escaped, and it loads and runs nothing."""
    release = document["release"]
    title = f"Evidence of {release['title']} ({release['id']})"
    parts = (
        _facts(release),
        *(_approval(each) for each in document["approvals"]),
        _events("Voided approvals", document["voided"]),
        _events("Forced approvals", document["forced"]),
        _events("Rejections", document["rejected"]),
        _rows("Release candidates", document["candidates"]),
        _rows("Builds", document["builds"]),
        _rows("Tags, tickets and test runs", document["made"]),
        _events("Skipped, done by hand, accepted", document["by_hand"]),
        _events("Holds", document["holds"]),
        _events("Edits", document["edits"]),
        _proof(document),
    )
    inside = json.dumps(document, sort_keys=True).replace("<", "\\u003c")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{_text(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f"<h1>{_text(title)}</h1>{''.join(parts)}"
        f'<script type="application/json" id="evidence">{inside}</script></body></html>\n'
    )


def _text(value: object) -> str:
    if value is None or value == "":
        return "&ndash;"
    if isinstance(value, Mapping):
        return "<br>".join(f"{_text(key)}: {_text(each)}" for key, each in value.items()) or "&ndash;"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "<br>".join(_text(each) for each in value) or "&ndash;"
    return html.escape(straight(str(value)))


def _table(rows: Iterable[Iterable[str]], head: Iterable[str] = ()) -> str:
    names = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{f'<tr>{names}</tr>' if names else ''}{body}</table>"


def _facts(values: Json) -> str:
    return _table((_text(key.replace("_", " ")), _text(value)) for key, value in values.items())


def _rows(title: str, rows: Sequence[Json]) -> str:
    if not rows:
        return f"<h2>{title}</h2><p>None.</p>"
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = [_text(name.replace("_", " ")) for name in names]
    return f"<h2>{title}</h2>" + _table(([_text(row.get(name)) for name in names] for row in rows), head)


def _events(title: str, rows: Sequence[Json]) -> str:
    told = [
        {
            "event": row["event"],
            "when": row["at"],
            "who": row["by"],
            "what": row["kind"],
            "more": {key: value for key, value in row.items() if key not in _FACTS},
        }
        for row in rows
    ]
    return _rows(title, told)


def _approval(gate: Json) -> str:
    decision, evidence = gate["decision"] or {}, gate["evidence"] or {}
    said = _facts(
        {
            "state": gate["state"],
            "decided by": decision.get("by"),
            "at": decision.get("at"),
            "reason": decision.get("reason"),
            "overridden": decision.get("overridden"),
            "commit": evidence.get("commit"),
            "tag": evidence.get("tag"),
            "builds": evidence.get("builds"),
            "test runs": evidence.get("test_runs"),
            "evidence": evidence.get("digest"),
            "read at": evidence.get("read_at"),
        }
    )
    found = [
        {"condition": each["condition"], "met": "yes" if each["met"] else "NO", "found": each["says"]}
        for each in evidence.get("conditions", ())
    ]
    return (
        f"<h2>{_text(gate['question'])}</h2>{said}"
        + _rows("Signed", gate["signed"]).replace("h2>", "h3>")
        + _rows("Conditions", found).replace("h2>", "h3>")
    )


def _proof(document: Json) -> str:
    head = document["chain"]["head"]
    shown = {
        "digest": document["digest"],
        "exported": document["exported"],
        "events": len(document["log"]),
        "end of the chain": f"{head['seq']}: {head['hash']}",
        "how to verify": document["chain"]["how_to_verify"],
    }
    return f"<h2>Proof</h2>{_facts(shown)}"
