"""Arrow's schemas in Spark's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import pyarrow as pa


def spark_schema(schema: Iterable[pa.Field]) -> str:
    """An Arrow schema, or the fields of a structure, as Spark declares columns."""
    return ", ".join(f"{quoted(each.name)} {_spark_type(each.type)}" for each in schema)


def in_spark(schema: pa.Schema) -> pa.Schema:
    """A schema with texts as Spark takes them, whichever of Arrow's types of text they have."""
    return pa.schema([(each.name, _plain(each.type)) for each in schema])


def _plain(kind: pa.DataType) -> pa.DataType:
    is_text = pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return pa.string() if is_text else kind


def _spark_type(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if pa.types.is_struct(kind):
        inner = (f"{quoted(each.name)}: {_spark_type(each.type)}" for each in kind)
        return f"struct<{', '.join(inner)}>"
    return _SPARK_TYPES[kind]


def quoted(name: str) -> str:
    """A column's name in Spark's words, whatever is in it."""
    return f"`{name.replace('`', '``')}`"


_SPARK_TYPES: Final[Mapping[pa.DataType, str]] = {
    pa.string(): "string",
    pa.date32(): "date",
    pa.bool_(): "boolean",
    pa.int64(): "bigint",
}
