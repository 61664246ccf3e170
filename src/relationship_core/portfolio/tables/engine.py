"""Frames of a bank's own kind taken as lazy ones of one engine, and the same kind given back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

import narwhals as nw

from relationship_core.errors import DataError, KindError, MissingExtraError


class Kept(StrEnum):
    """What kind of frame a bank handed over, and so gets back."""

    POLARS_LAZY = "a lazy frame of Polars"
    POLARS = "a frame of Polars"
    DUCKDB = "a relation of DuckDB"
    PANDAS = "a frame of pandas"
    ARROW = "a table of PyArrow"

    @property
    def is_lazy(self) -> bool:
        """Whether its rows are still to be computed when it comes."""
        return self in {Kept.POLARS_LAZY, Kept.DUCKDB}

    def give_back(self, frame: nw.LazyFrame[Any]) -> Any:
        """What was computed, as that kind: lazy kinds stay so, the others are collected.

        Decimals and whole numbers are Arrow's in a frame of pandas, so that nothing becomes a
        float.
        """
        return _GIVERS[self](frame)


_GIVERS: Final[Mapping[Kept, Callable[[nw.LazyFrame[Any]], Any]]] = {
    Kept.POLARS_LAZY: lambda frame: frame.to_native(),
    Kept.DUCKDB: lambda frame: frame.to_native(),
    Kept.POLARS: lambda frame: frame.to_native().collect(),
    Kept.ARROW: lambda frame: frame.collect(backend="pyarrow").to_native(),
    Kept.PANDAS: lambda frame: _as_pandas(frame.collect(backend="pyarrow").to_native()),
}

_OF_LAZY: Final = {
    nw.Implementation.POLARS: Kept.POLARS_LAZY,
    nw.Implementation.DUCKDB: Kept.DUCKDB,
}
_OF_EAGER: Final = {
    nw.Implementation.POLARS: Kept.POLARS,
    nw.Implementation.PANDAS: Kept.PANDAS,
}


def lazily(frames: Mapping[str, Any]) -> tuple[dict[str, nw.LazyFrame[Any]], Kept]:
    """Frames as lazy ones of one engine: DuckDB's as they are, all others on Polars.

    Raises:
        KindError: A frame is none of the kinds known.
        DataError: They are of several kinds.
        MissingExtraError: Polars isn't installed, and a frame is to go there.
    """
    taken = {name: _taken(name, frame) for name, frame in frames.items()}
    first, *_ = taken
    for name, (_, kept) in taken.items():
        if kept is not taken[first][1]:
            raise DataError(
                f"it is {kept}, but {first} is {taken[first][1]}",
                file=name,
                mend="give all tables as one kind of frame",
            )
    return {name: lazy for name, (lazy, _) in taken.items()}, taken[first][1]


def _taken(name: str, frame: Any) -> tuple[nw.LazyFrame[Any], Kept]:
    known: Any = nw.from_native(frame, pass_through=True)
    if isinstance(known, nw.LazyFrame) and known.implementation in _OF_LAZY:
        return known, _OF_LAZY[known.implementation]
    if isinstance(known, nw.DataFrame) or hasattr(frame, "__arrow_c_stream__"):
        is_known = isinstance(known, nw.DataFrame)
        kept = _OF_EAGER.get(known.implementation, Kept.ARROW) if is_known else Kept.ARROW
        return _on_polars(known if is_known else frame, kept), kept
    raise KindError(
        f"a {type(frame).__name__} is no frame",
        where=f"table {name}",
        mend="give one of Polars, DuckDB, pandas or PyArrow, or whatever hands over Arrow data",
    )


def _on_polars(frame: Any, kept: Kept) -> nw.LazyFrame[Any]:
    try:
        import polars as pl  # noqa: PLC0415 - only frames of others need it
    except ImportError:
        raise MissingExtraError("batch", needed_for="a portfolio of frames") from None
    if kept is Kept.POLARS:
        lazy: nw.LazyFrame[Any] = frame.lazy()
        return lazy
    native = frame.to_arrow() if isinstance(frame, nw.DataFrame) else frame
    return nw.from_native(pl.DataFrame(native).lazy())


def _as_pandas(table: Any) -> Any:
    # Whoever gave frames of pandas has it loaded.
    return table.to_pandas(types_mapper=nw.dependencies.get_pandas().ArrowDtype)
