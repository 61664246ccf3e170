"""The migration of tiers as a picture: a heat map of the current tier against the proposed one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from relationship_core.errors import InvalidValueError, MissingExtraError
from relationship_core.simulation.migration import Migration

KINDS: Final = (".svg", ".png", ".html")
"""What can be drawn, by the ending of the file's name."""

_CELL: Final = 60


def draw(migration: Migration, path: Path) -> None:
    """Draw a migration to a file of one of `KINDS`; an HTML page carries all it needs.

    Raises:
        MissingExtraError: The extra `report` isn't installed.
        InvalidValueError: The name of the file says no kind that can be drawn.
        OSError: The file can't be written.
    """
    altair, convert = require_drawable(path)
    specification = _chart(altair, migration).to_json()
    kind = path.suffix.lower()
    if kind == ".svg":
        path.write_text(convert.vegalite_to_svg(specification), encoding="utf-8")
    elif kind == ".png":
        path.write_bytes(convert.vegalite_to_png(specification, scale=2))
    else:
        page = convert.vegalite_to_html(specification, bundle=True)
        path.write_text(page, encoding="utf-8")


def require_drawable(path: Path) -> tuple[Any, Any]:
    """What draws, once it is known that a picture of the file's name can be drawn.

    Raises:
        MissingExtraError: The extra `report` isn't installed.
        InvalidValueError: The name says no kind that can be drawn.
    """
    if path.suffix.lower() not in KINDS:
        raise InvalidValueError(
            f"a picture's name ends in one of {', '.join(KINDS)}",
            where=path.name,
            mend="give it one of these endings",
        )
    try:
        import altair  # noqa: PLC0415 - only a picture needs it
        import vl_convert  # noqa: PLC0415
    except ImportError as missing:
        raise MissingExtraError("report", needed_for="a picture") from missing
    return altair, vl_convert


def _chart(altair: Any, migration: Migration) -> Any:
    cells: list[dict[str, Any]] = [
        {
            "current": source,
            "proposed": target,
            "customers": count,
            "told": f"{count:,}" if count else "",
            "stays": source == target,
        }
        for source, row in zip(migration.sources, migration.customers, strict=True)
        for target, count in zip(migration.targets, row, strict=True)
    ]
    most = max((cell["customers"] for cell in cells), default=0)
    base = altair.Chart(altair.InlineData(cells)).encode(
        x=altair.X(
            "proposed:N",
            sort=list(migration.targets),
            title="proposed tier",
            axis=altair.Axis(orient="top", labelAngle=0),
        ),
        y=altair.Y("current:N", sort=list(migration.sources), title="current tier"),
    )
    # Most customers stay, so that on an even scale nobody who moves would be seen.
    scale = altair.Scale(type="symlog", scheme="blues")
    squares = base.mark_rect().encode(
        color=altair.Color("customers:Q", scale=scale, legend=None),
        stroke=altair.condition("datum.stays", altair.value("black"), altair.value(None)),
    )
    numbers = base.mark_text().encode(
        text="told:N",
        color=altair.condition(
            f"datum.customers > {most // 10}", altair.value("white"), altair.value("black")
        ),
    )
    size = {"width": _CELL * len(migration.targets), "height": _CELL * len(migration.sources)}
    return (squares + numbers).properties(title="Customers by tier", **size)
