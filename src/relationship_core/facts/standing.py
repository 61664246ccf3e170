"""Facts about where the relationship stands: stage and tier, before the review and after."""

from __future__ import annotations

from relationship_core.facts.sources import LIFECYCLE, RETENTION, STANDING, SUPPLIED, TIERING
from relationship_core.rules import Fact, Kind, Text

previous_stage = Fact(
    "previous_stage",
    Kind.CATEGORY,
    label=Text("stage before the review", "评审前阶段"),
    description="The stage of the lifecycle in which the day of the review finds the customer;"
    " missing on a first day.",
    source=STANDING,
)
months_in_previous_stage = Fact(
    "months_in_previous_stage",
    Kind.MONTHS,
    label=Text("months in the stage before the review", "评审前阶段持续月数"),
    description="Completed months since that stage began.",
    unit="months",
    source=STANDING,
    minimum=0,
)
previous_tier = Fact(
    "previous_tier",
    Kind.CATEGORY,
    label=Text("tier before the review", "评审前层级"),
    description="The tier in which the review finds the customer; missing on a first day.",
    source=STANDING,
)
months_in_previous_tier = Fact(
    "months_in_previous_tier",
    Kind.MONTHS,
    label=Text("months in the tier before the review", "评审前层级持续月数"),
    description="Completed months since that tier began.",
    unit="months",
    source=STANDING,
    minimum=0,
)
exit_approved = Fact(
    "exit_approved",
    Kind.FLAG,
    label=Text("exit approved", "退出已批准"),
    description="Whether the bank has decided to end the relationship, and a second person has"
    " approved that. Missing is no approval.",
    source=SUPPLIED,
)
stage = Fact(
    "stage",
    Kind.CATEGORY,
    label=Text("stage of the lifecycle", "生命周期阶段"),
    description="The stage that this review decides on.",
    source=LIFECYCLE,
)
months_in_stage = Fact(
    "months_in_stage",
    Kind.MONTHS,
    label=Text("months in the stage", "当前阶段持续月数"),
    description="Completed months since that stage began, 0 where this review begins it.",
    unit="months",
    source=LIFECYCLE,
    minimum=0,
)
tier = Fact(
    "tier",
    Kind.CATEGORY,
    label=Text("tier", "客户层级"),
    description="The tier that this review decides on.",
    source=TIERING,
)
months_in_tier = Fact(
    "months_in_tier",
    Kind.MONTHS,
    label=Text("months in the tier", "当前层级持续月数"),
    description="Completed months since that tier began, 0 where this review begins it.",
    unit="months",
    source=TIERING,
    minimum=0,
)
retention_risk = Fact(
    "retention_risk",
    Kind.CATEGORY,
    label=Text("risk of leaving", "流失风险"),
    description="The level of risk that this review decides on; only retention actions can ask for"
    " it.",
    source=RETENTION,
)
