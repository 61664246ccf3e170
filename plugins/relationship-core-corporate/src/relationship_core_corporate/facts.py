"""What Chainbridge Bank asks of an organisation: its industry, its supply chain, its settlement."""

from __future__ import annotations

from typing import Final

from relationship_core import Fact, Kind, Text
from relationship_core.facts import industry, kind

ENCOURAGED: Final = ("C27", "C34", "C35", "C38", "C39", "I65", "M73", "N77", "P83", "Q84")
"""Divisions of GB/T 4754-2017 that the bank's credit policy favours: medicine, equipment,
electronics, software, research, environment, schools, hospitals."""
CAUTIOUS: Final = ("B06", "C25", "C30", "C31", "E47", "K70")
"""Divisions that it treats with caution: coal, oil, cement, steel, building, real estate."""

IS_ORGANISATION: Final = kind.is_in(["corporate", "institutional"])

_CHAIN_DESK: Final = "supplied by the bank's supply-chain desk"

encouraged_industry: Final = Fact(
    "corporate.encouraged_industry",
    Kind.FLAG,
    label=Text("industry that credit policy favours", "鼓励类行业"),
    description="Whether the industry is one that the bank's credit policy favours.",
    derived=industry.is_in(ENCOURAGED),
)
cautious_industry: Final = Fact(
    "corporate.cautious_industry",
    Kind.FLAG,
    label=Text("industry treated with caution", "审慎类行业"),
    description="Whether the bank asks for a higher return on capital in this industry.",
    derived=industry.is_in(CAUTIOUS),
)
chain_role: Final = Fact(
    "corporate.chain_role",
    Kind.CATEGORY,
    label=Text("role in the supply chain", "供应链角色"),
    description="Core enterprise, its supplier or its buyer; none outside the chains that the bank"
    " finances.",
    source=_CHAIN_DESK,
    categories=("core", "supplier", "buyer", "none"),
)
chain_suppliers: Final = Fact(
    "corporate.chain_suppliers",
    Kind.COUNT,
    label=Text("suppliers of the core enterprise", "核心企业供应商数"),
    description="How many suppliers a core enterprise has, by its own list.",
    unit="suppliers",
    source=_CHAIN_DESK,
    minimum=0,
)
chain_suppliers_banked: Final = Fact(
    "corporate.chain_suppliers_banked",
    Kind.COUNT,
    label=Text("suppliers with an account here", "在我行开户供应商数"),
    description="How many of them are customers of the bank.",
    unit="suppliers",
    source=_CHAIN_DESK,
    minimum=0,
)
suppliers_banked_share: Final = Fact(
    "corporate.suppliers_banked_share",
    Kind.RATIO,
    label=Text("share of suppliers with an account here", "供应商开户率"),
    description="The part of a core enterprise's suppliers who are customers of the bank. Missing"
    " without suppliers.",
    unit="share of one",
    minimum=0,
    maximum=1,
    relations=(chain_suppliers_banked <= chain_suppliers,),
    derived=chain_suppliers_banked / chain_suppliers,
)
core_enterprise_lost: Final = Fact(
    "corporate.core_enterprise_lost",
    Kind.FLAG,
    label=Text("core enterprise lost", "核心企业流失"),
    description="Whether the core enterprise that the customer supplies, or buys from, has left the"
    " bank, or the customer has left its chain.",
    source=_CHAIN_DESK,
)
sales_12m: Final = Fact(
    "corporate.sales_12m",
    Kind.MONEY,
    label=Text("sales in twelve months", "近12个月销售收入"),
    description="Sales as the latest financial statements or tax returns tell them.",
    unit="reporting currency",
    source="supplied by the bank's credit file",
    minimum=0,
)
settlement_inflow_12m: Final = Fact(
    "corporate.settlement_inflow_12m",
    Kind.MONEY,
    label=Text("sales settled here in twelve months", "近12个月结算回款"),
    description="Payments for goods and services that came in on accounts here; transfers between"
    " the customer's own accounts don't count.",
    unit="reporting currency",
    source="supplied by the bank's settlement system",
    minimum=0,
)
settlement_share: Final = Fact(
    "corporate.settlement_share",
    Kind.RATIO,
    label=Text("share of sales settled here", "结算归行率"),
    description="The part of the sales that is paid on accounts here; above 1 where statements lag"
    " behind. Missing without sales.",
    unit="share of one",
    minimum=0,
    derived=settlement_inflow_12m / sales_12m,
)
settlement_change_3m: Final = Fact(
    "corporate.settlement_change_3m",
    Kind.RATIO,
    label=Text("change of sales settled here over three months", "近3个月结算回款变化率"),
    description="Such payments over the latest three months against the three before; missing with"
    " less than six months of history.",
    unit="change as a part of the earlier value",
    source="supplied by the bank's settlement system",
    minimum=-1,
)

FACTS: Final = (
    *(encouraged_industry, cautious_industry),
    *(chain_role, chain_suppliers, chain_suppliers_banked, suppliers_banked_share),
    *(core_enterprise_lost, sales_12m, settlement_inflow_12m),
    *(settlement_share, settlement_change_3m),
)
