"""The rules of tables, charts and tasks. See `block_elements` for the sources."""

from collections.abc import Iterable, Mapping

from bot.slack.block_elements import FLAG, ID, NAME, URL
from bot.slack.block_rich_text import RICH_TEXT, RICH_TEXT_RULE
from bot.slack.block_rules import Json, Many, Number, Rules, Shape, Str, Typed, words

_CELLS: Mapping[str, Shape] = {
    "raw_text": Shape(required={"text": NAME}, optional={}),
    "raw_number": Shape(required={"value": Number(whole=False), "text": NAME}, optional={}),
    "rich_text": RICH_TEXT,
}


def _even_rows(value: Json) -> Iterable[tuple[str, str]]:
    """All rows of a data table have the cells of its first, which holds no rich text."""
    rows = value.get("rows")
    rows = rows if isinstance(rows, list | tuple) else []
    widths = [len(row) if isinstance(row, list | tuple) else 0 for row in rows]
    for index, width in enumerate(widths):
        if width != widths[0]:
            yield f"/rows/{index}", f"has {width} cells where the first row has {widths[0]}"
    for index, cell in enumerate(rows[0] if rows and isinstance(rows[0], list | tuple) else ()):
        if isinstance(cell, Mapping) and cell.get("type") == "rich_text":
            yield f"/rows/0/{index}/type", "a header cell can't hold rich text"


def _tasks_differ(value: Json) -> Iterable[tuple[str, str]]:
    tasks = value.get("tasks")
    seen = set()
    for index, task in enumerate(tasks if isinstance(tasks, list | tuple) else ()):
        key = task.get("task_id") if isinstance(task, Mapping) else None
        if isinstance(key, str) and key in seen:
            yield f"/tasks/{index}/task_id", f"{key!r} is used by an earlier task of this plan"
        if isinstance(key, str):
            seen.add(key)


def _series_fit(value: Json) -> Iterable[tuple[str, str]]:
    """Every series has one point for each category, and a name of its own."""
    axis = value.get("axis_config")
    categories = axis.get("categories") if isinstance(axis, Mapping) else None
    series = value.get("series")
    if not isinstance(categories, list | tuple) or not isinstance(series, list | tuple):
        return
    names = [one.get("name") if isinstance(one, Mapping) else None for one in series]
    for index, one in enumerate(series):
        if names[index] in names[:index]:
            yield f"/series/{index}/name", "is used by an earlier series"
        points = one.get("data") if isinstance(one, Mapping) else None
        labels = [p.get("label") for p in points or () if isinstance(p, Mapping)]
        if sorted(map(str, labels)) != sorted(map(str, categories)):
            yield f"/series/{index}/data", "needs exactly one point for every category"


_LABEL = Str(most=20)
_AXIS = Shape(
    required={"categories": Many(of=_LABEL, most=20)},
    optional={"x_label": Str(most=50), "y_label": Str(most=50)},
)
_POINT = Shape(required={"label": _LABEL, "value": Number(whole=False)}, optional={})
_SEGMENT = Shape(required={"label": _LABEL, "value": Number(above=0, whole=False)}, optional={})
_SERIES = Shape(required={"name": _LABEL, "data": Many(of=_POINT, most=20)}, optional={})
_AXIS_CHART = Shape(
    required={"series": Many(of=_SERIES, most=12), "axis_config": _AXIS}, optional={}, cross=(_series_fit,)
)
CHARTS: Mapping[str, Shape] = {
    "pie": Shape(required={"segments": Many(of=_SEGMENT, most=12)}, optional={}),
    **dict.fromkeys(("bar", "area", "line"), _AXIS_CHART),
}
_SOURCE = Shape(required={"text": NAME, "url": URL}, optional={})
_TASK: Rules = {
    "details": RICH_TEXT_RULE,
    "output": RICH_TEXT_RULE,
    "sources": Many(of=Typed(shapes={"url": _SOURCE})),
    "hide_title": FLAG,
}
_TASK_NEEDS: Rules = {
    "task_id": NAME,
    "title": NAME,
    "status": words("pending", "in_progress", "complete", "error"),
}
_COLUMN = Shape(required={}, optional={"align": words("left", "center", "right"), "is_wrapped": FLAG})

TABLE = Shape(
    required={"rows": Many(of=Many(of=Typed(shapes=_CELLS), most=20), most=100)},
    optional={"block_id": ID, "column_settings": Many(of=_COLUMN, most=20)},
)
DATA_TABLE = Shape(
    required={"rows": Many(of=Many(of=Typed(shapes=_CELLS), most=20), least=2, most=201), "caption": NAME},
    optional={
        "block_id": ID,
        "page_size": Number(least=1, most=100),
        "row_header_column_index": Number(least=0, most=19),
    },
    cross=(_even_rows,),
)
DATA_VISUALIZATION = Shape(
    required={"title": Str(most=50), "chart": Typed(shapes=CHARTS)}, optional={"block_id": ID}
)
TASK_CARD = Shape(required=_TASK_NEEDS, optional={"block_id": ID, **_TASK})
_PLANNED = Shape(required=_TASK_NEEDS, optional={"type": words("task_card"), "block_id": ID, **_TASK})
PLAN = Shape(
    required={"title": NAME, "tasks": Many(of=_PLANNED, least=0, most=50)},
    optional={"block_id": ID},
    cross=(_tasks_differ,),
)
