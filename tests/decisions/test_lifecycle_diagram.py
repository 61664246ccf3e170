from __future__ import annotations

import re

import pytest

from relationship_core.decisions.lifecycle import Confirmation, Lifecycle, Stage, Transition
from relationship_core.decisions.lifecycle_diagram import dot, mermaid
from relationship_core.facts import aum, exit_approved, product_count
from relationship_core.rules import Rule, Text
from tests.decisions.small_lifecycle import STAGES, entry_rules, small_lifecycle, transition_rules

TINY = Lifecycle(
    [
        Stage("prospect", Text("Prospect", "潜在期")),
        Stage("a-b", Text('Say "hi"; #1: <b>\nagain', "好\\"), role="exploration"),
        Stage("decline"),
        Stage("exited"),
    ],
    [Rule("a-b", aum > 1)],
    [
        Rule("go", aum > 1, Transition("prospect", "a-b")),
        Rule("go.again", product_count > 1, Transition("prospect", "a-b")),
        Rule("sink", aum < 1, Transition("a-b", "decline", Confirmation(3, 10))),
        Rule("rise", aum > 1, Transition("decline", None)),
        Rule("end", exit_approved, Transition(("a-b", "decline"), "exited")),
    ],
)


def test_mermaid_draws_the_machine() -> None:
    assert mermaid(TINY) == (
        "stateDiagram-v2\n"
        '    state "Prospect 潜在期" as s0\n'
        '    state "Say #quot;hi#quot;#59; #35;1#58; #lt;b#gt; again 好\\" as s1\n'
        '    state "decline" as s2\n'
        '    state "exited" as s3\n'
        "    [*] --> s0\n"
        "    s0 --> s1 : go<br/>go.again\n"
        "    s1 --> s3 : end\n"
        "    s1 --> s2 : sink (3 reviews, 10 days apart)\n"
        "    s2 --> s3 : end\n"
        "    s2 --> s1 : rise\n"
        "    s3 --> [*]\n"
    )


def test_dot_draws_the_machine() -> None:
    assert dot(TINY) == (
        "digraph lifecycle {\n"
        "    rankdir=LR;\n"
        "    node [shape=box, style=rounded];\n"
        '    "prospect" [label="Prospect\\n潜在期"];\n'
        '    "a-b" [label="Say \\"hi\\"; #1: <b> again\\n好\\\\"];\n'
        '    "decline" [label="decline"];\n'
        '    "exited" [label="exited", peripheries=2];\n'
        '    "prospect" -> "a-b" [label="go\\ngo.again"];\n'
        '    "a-b" -> "exited" [label="end"];\n'
        '    "a-b" -> "decline" [label="sink (3 reviews, 10 days apart)", style=dashed];\n'
        '    "decline" -> "exited" [label="end"];\n'
        '    "decline" -> "a-b" [label="rise"];\n'
        "}\n"
    )


@pytest.mark.parametrize("draw", [mermaid, dot])
def test_a_picture_does_not_depend_on_the_order_of_rules(draw: object) -> None:
    assert callable(draw)
    turned = Lifecycle(
        [Stage(name) for name in reversed(STAGES)],
        reversed(entry_rules()),
        reversed(transition_rules()),
    )
    assert draw(turned) == draw(small_lifecycle())


def test_every_arrow_of_the_machine_is_drawn_once() -> None:
    lifecycle = small_lifecycle()
    arrows = {
        (source, target)
        for rule in lifecycle.transitions.rules
        for source in rule.then.source
        for target in lifecycle.targets(rule.then)
    }
    drawn = re.findall(r'"(\w+)" -> "(\w+)"', dot(lifecycle))
    assert sorted(drawn) == sorted(arrows)
    assert len(re.findall(r"s\d --> s\d", mermaid(lifecycle))) == len(arrows)
