"""Pictures of a lifecycle as text: Mermaid for documents, DOT for Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from relationship_core.decisions.lifecycle import Lifecycle
from relationship_core.decisions.stage import Stage, Transition
from relationship_core.rules import Rule

_MERMAID_ESCAPES = str.maketrans(
    {
        "#": "#35;",
        '"': "#quot;",
        ";": "#59;",
        ":": "#58;",
        "<": "#lt;",
        ">": "#gt;",
        "\n": " ",
        "\r": " ",
    }
)
_DOT_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": " ", "\r": " "})


def mermaid(lifecycle: Lifecycle) -> str:
    """A Mermaid state diagram of the lifecycle, with the moves that take each arrow.

    Stages are named s0, s1, … in their order, whatever characters their ids hold.
    """
    names = {stage.id: f"s{place}" for place, stage in enumerate(lifecycle.stages)}
    lines = ["stateDiagram-v2"]
    for stage in lifecycle.stages:
        label = " ".join(_words(stage)).translate(_MERMAID_ESCAPES)
        lines.append(f'    state "{label}" as {names[stage.id]}')
    lines.append(f"    [*] --> {names[lifecycle.stages[0].id]}")
    for source, target, moves in _arrows(lifecycle):
        label = "<br/>".join(_label(rule).translate(_MERMAID_ESCAPES) for rule in moves)
        lines.append(f"    {names[source]} --> {names[target]} : {label}")
    lines.extend(f"    {names[stage.id]} --> [*]" for stage in lifecycle.stages if stage.is_final)
    return "\n".join(lines) + "\n"


def dot(lifecycle: Lifecycle) -> str:
    """A DOT graph of the lifecycle; dashed arrows wait until they were indicated more than once."""
    lines = ["digraph lifecycle {", "    rankdir=LR;", "    node [shape=box, style=rounded];"]
    for stage in lifecycle.stages:
        label = "\\n".join(words.translate(_DOT_ESCAPES) for words in _words(stage))
        shape = ", peripheries=2" if stage.is_final else ""
        lines.append(f'    {_quoted(stage.id)} [label="{label}"{shape}];')
    for source, target, moves in _arrows(lifecycle):
        label = "\\n".join(_label(rule).translate(_DOT_ESCAPES) for rule in moves)
        waits = all(rule.then.confirm is not None for rule in moves)
        style = ", style=dashed" if waits else ""
        lines.append(f'    {_quoted(source)} -> {_quoted(target)} [label="{label}"{style}];')
    return "\n".join([*lines, "}"]) + "\n"


def _arrows(lifecycle: Lifecycle) -> Iterator[tuple[str, str, list[Rule]]]:
    """Every arrow with the moves that take it, the gravest first."""
    for stage in lifecycle.stages:
        arrows: dict[str, list[Rule]] = {}
        for rule in lifecycle.transitions.rules:
            if stage.id in rule.then.source:
                for target in lifecycle.targets(rule.then):
                    arrows.setdefault(target, []).append(rule)
        for target, moves in arrows.items():
            yield stage.id, target, moves


def _label(rule: Rule) -> str:
    move: Transition = rule.then
    if move.confirm is None:
        return rule.id
    return f"{rule.id} ({move.confirm.reviews} reviews, {move.confirm.days_apart} days apart)"


def _words(stage: Stage) -> list[str]:
    return [words for words in (stage.label.en, stage.label.zh) if words]


def _quoted(text: str) -> str:
    return f'"{text.translate(_DOT_ESCAPES)}"'
