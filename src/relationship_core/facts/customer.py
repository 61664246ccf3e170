"""Facts about who the customer is."""

from __future__ import annotations

from relationship_core.facts.sources import ACCOUNTS, CUSTOMER, RELATIONS, SHARE, SUPPLIED, related
from relationship_core.rules import Fact, Kind, Text

kind = Fact(
    "kind",
    Kind.CATEGORY,
    label=Text("kind of customer", "客户类型"),
    description="Personal, corporate or institutional; an institution is a government body, a"
    " school, a hospital.",
    source=CUSTOMER,
    categories=("personal", "corporate", "institutional"),
)
industry = Fact(
    "industry",
    Kind.CATEGORY,
    label=Text("industry", "行业"),
    description="Code by ISIC Rev. 4 or GB/T 4754-2017, as the bank keeps it.",
    source=CUSTOMER,
)
system = Fact(
    "system",
    Kind.CATEGORY,
    label=Text("system", "系统"),
    description="The group or line of authority the customer belongs to.",
    source=CUSTOMER,
)
branch = Fact(
    "branch",
    Kind.CATEGORY,
    label=Text("branch", "所属机构"),
    description="Id of the branch that keeps the relationship.",
    source=CUSTOMER,
)
account_status = Fact(
    "account_status",
    Kind.CATEGORY,
    label=Text("status", "客户状态"),
    description="The customer's status beside the stage.",
    source=CUSTOMER,
    categories=("active", "dormant", "frozen", "deceased", "minor"),
)
relationship_closed = Fact(
    "relationship_closed",
    Kind.FLAG,
    label=Text("relationship closed", "已销户"),
    description="Whether the customer is closed, or has had accounts and none of them is open any"
    " more. Missing where neither the day of closing nor the accounts are known.",
    source=f"{CUSTOMER}; {ACCOUNTS}",
)
age_years = Fact(
    "age_years",
    Kind.COUNT,
    label=Text("age", "年龄"),
    description="Completed years of a personal customer.",
    unit="years",
    source=CUSTOMER,
    minimum=0,
    protected=True,
)
sex = Fact(
    "sex",
    Kind.CATEGORY,
    label=Text("sex", "性别"),
    description="As documents state it.",
    source=CUSTOMER,
    categories=("female", "male"),
    protected=True,
)
days_to_birthday = Fact(
    "days_to_birthday",
    Kind.DAYS,
    label=Text("days to the birthday or founding day", "距生日或成立纪念日天数"),
    description="Days to the next anniversary of birth or founding, 0 on the day itself; 29"
    " February is kept on 28 February in other years.",
    unit="days",
    source=CUSTOMER,
    minimum=0,
    maximum=365,
)
tenure_months = Fact(
    "tenure_months",
    Kind.MONTHS,
    label=Text("months as a customer", "在行月数"),
    description="Completed months since the first day as a customer; where that isn't recorded,"
    " since the customer's first account was opened.",
    unit="months",
    source=f"{CUSTOMER}; {ACCOUNTS}",
    minimum=0,
)
risk_tolerance = Fact(
    "risk_tolerance",
    Kind.COUNT,
    label=Text("risk tolerance", "风险承受能力"),
    description="1, the most cautious, to 5; missing if never assessed.",
    unit="grade",
    source=CUSTOMER,
    minimum=1,
    maximum=5,
)
completeness = Fact(
    "completeness",
    Kind.RATIO,
    label=Text("completeness of the record", "信息完整度"),
    description="Filled part of the fields that a record should have. Personal: name, identifiers,"
    " born, branch, phone, email, risk_tolerance, consents. Corporate and institutional:"
    " name, identifiers, born, industry, system, branch, manager, phone, email. Sex is"
    " never asked for.",
    unit=SHARE,
    source=CUSTOMER,
    minimum=0,
    maximum=1,
)
days_to_document_expiry = Fact(
    "days_to_document_expiry",
    Kind.DAYS,
    label=Text("days to the document's expiry", "证件到期天数"),
    description="Days to the last day on which the first identifier with an expiry is valid;"
    " negative once it has expired.",
    unit="days",
    source=CUSTOMER,
)
marketing_consent = Fact(
    "marketing_consent",
    Kind.FLAG,
    label=Text("consent to marketing", "营销授权"),
    description="Whether a consent to marketing holds on the day; missing where none was ever"
    " recorded. Nobody may be contacted on a missing one: marketing_consent.or_else(False).",
    source=CUSTOMER,
)
related_customers = Fact(
    "related_customers",
    Kind.COUNT,
    label=Text("related customers", "关联客户数"),
    description="Other customers with whom a relation of any kind holds on the day, each counted"
    " once.",
    unit="customers",
    source=RELATIONS,
    minimum=0,
)
_related_key_customers = Fact(
    "related_key_customers",
    Kind.COUNT,
    label=Text("related key customers", "关联关键客户数"),
    description="Those of the related customers who are in the key tier.",
    unit="customers",
    source=SUPPLIED,
    minimum=0,
)
related_key_customers = related(_related_key_customers, _related_key_customers <= related_customers)
