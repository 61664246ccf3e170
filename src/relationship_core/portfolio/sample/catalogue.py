"""The sample bank: its tree and its products."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from relationship_core.domain import Branch, BranchTree, DayCount, Level, Product, ProductFamily

CURRENT: Final = Product("CUR01", ProductFamily.CURRENT, "Everyday account")
SAVINGS: Final = Product("SAV01", ProductFamily.SAVINGS, "Call savings")
DOLLARS: Final = Product("SAV02", ProductFamily.SAVINGS, "Dollar savings")
TERM_1Y: Final = Product("TRM12", ProductFamily.TERM_DEPOSIT, "Deposit of one year")
TERM_3Y: Final = Product("TRM36", ProductFamily.TERM_DEPOSIT, "Deposit of three years")
HOME_LOAN: Final = Product("LON01", ProductFamily.LOAN, "Home loan", DayCount.ACT_360)
CONSUMER_LOAN: Final = Product("LON02", ProductFamily.LOAN, "Consumer loan", DayCount.ACT_360)
TRADE_LOAN: Final = Product("LON03", ProductFamily.LOAN, "Working capital loan", DayCount.ACT_360)
CARD: Final = Product("CRD01", ProductFamily.CARD, "Credit card")
WEALTH: Final = Product("WLT01", ProductFamily.WEALTH, "Wealth management product")
FUND: Final = Product("FND01", ProductFamily.FUND, "Mixed fund")
INSURANCE: Final = Product("INS01", ProductFamily.INSURANCE, "Endowment insurance")
SETTLEMENT: Final = Product("STL01", ProductFamily.SETTLEMENT, "Payment services")
BUSINESS: Final = Product("CUR02", ProductFamily.CURRENT, "Business account")
GUARANTEE: Final = Product("GUA01", ProductFamily.GUARANTEE, "Performance guarantee")
OVERDRAFT: Final = Product("OVD01", ProductFamily.OVERDRAFT, "Business overdraft")

RATES: Final = {
    CURRENT: Decimal("0.0005"),
    BUSINESS: Decimal("0.0005"),
    SAVINGS: Decimal("0.0030"),
    DOLLARS: Decimal("0.0280"),
    TERM_1Y: Decimal("0.0135"),
    TERM_3Y: Decimal("0.0175"),
    HOME_LOAN: Decimal("0.0360"),
    CONSUMER_LOAN: Decimal("0.0520"),
    TRADE_LOAN: Decimal("0.0435"),
    CARD: Decimal("0.1200"),
    OVERDRAFT: Decimal("0.0650"),
}
"""What is paid or charged a year."""

OTHER_BANKS: Final = ("BANK-EAST", "BANK-LAKE", "BANK-PORT", "BANK-SOUTH")

_DIRECTIONS: Final = ("North", "East", "South")
_CITIES: Final = ("Harbour", "Hill", "River")
_QUARTERS: Final = ("Market", "Station", "Garden")


def _branches() -> list[Branch]:
    found = [Branch("HO", "Head office", Level.HEAD_OFFICE, None)]
    for p, direction in enumerate(_DIRECTIONS, start=1):
        province = f"P{p}"
        found.append(Branch(province, f"{direction} province", Level.PROVINCE, "HO"))
        for c, town in enumerate(_CITIES, start=1):
            city = f"{province}C{c}"
            found.append(Branch(city, f"{direction} {town}", Level.CITY, province))
            for b, quarter in enumerate(_QUARTERS, start=1):
                branch = f"{city}B{b}"
                name = f"{direction} {town} {quarter}"
                found.append(Branch(branch, name, Level.BRANCH, city))
                found += [
                    Branch(f"{branch}O{o}", f"{name} {o}", Level.OUTLET, branch) for o in (1, 2)
                ]
    return found


TREE: Final = BranchTree(_branches())
OUTLETS: Final = tuple(branch.id for branch in TREE if branch.level is Level.OUTLET)
