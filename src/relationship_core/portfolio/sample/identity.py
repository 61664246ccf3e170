"""Names, numbers and addresses of nobody: made from common syllables, with right check digits."""

from __future__ import annotations

from datetime import date
from typing import Final

from stdnum.cn import ric, uscc

from relationship_core.domain import Sex
from relationship_core.domain.social_credit_code import organisation_check
from relationship_core.portfolio.sample.chance import Chance

_SURNAMES: Final = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐"
    "韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜"
)
_GIVEN: Final = {
    Sex.FEMALE: "芳娜敏静丽艳娟霞秀兰燕玲桂英莉萍红玉梅婷雪琳慧颖洁倩佳欣怡悦",
    Sex.MALE: "伟强磊洋勇军杰涛明超平刚辉鹏华飞鑫波斌宇浩凯健俊帆志文建国",
}
_TRADES: Final = (
    ("C17", "纺织"),
    ("C26", "化工"),
    ("C34", "机械"),
    ("C39", "电子"),
    ("E47", "建筑"),
    ("F51", "商贸"),
    ("F52", "零售"),
    ("G54", "物流"),
    ("I65", "软件"),
    ("A01", "农业"),
)
_BODIES: Final = (("P83", "中学"), ("Q84", "医院"), ("S92", "服务中心"), ("P83", "职业学院"))
_PLACES: Final = "星海云山北辰东岭南河西原江城金湖青石白沙"

# Six digits of real regions, without which no identity number is well formed.
_REGIONS: Final = ("110101", "310101", "320102", "330102", "370102", "440103", "510104", "610102")

# Orders that GB 11643 keeps for people of a hundred years and more: of nobody's as young as here.
_ORDERS: Final = {Sex.FEMALE: (996, 998), Sex.MALE: (997, 999)}


def person_name(chance: Chance, sex: Sex) -> str:
    """A person's name."""
    given = _GIVEN[sex]
    name = chance.one_of(_SURNAMES) + chance.one_of(given)
    return name + chance.one_of(given) if chance.happens(0.6) else name


def company(chance: Chance) -> tuple[str, str]:
    """A company's industry and name."""
    industry, trade = chance.one_of(_TRADES)
    return industry, f"{chance.one_of(_PLACES)}{chance.one_of(_PLACES)}{trade}有限公司"


def institution(chance: Chance) -> tuple[str, str]:
    """An institution's industry and name."""
    industry, body = chance.one_of(_BODIES)
    return industry, f"{chance.one_of(_PLACES)}{chance.one_of(_PLACES)}{body}"


def resident_id(chance: Chance, born: date, sex: Sex) -> str:
    """A well-formed resident identity number that can't be anybody's."""
    body = f"{chance.one_of(_REGIONS)}{born:%Y%m%d}{chance.one_of(_ORDERS[sex])}"
    # The function leaves out the last character of a whole number.
    return body + str(ric.calc_check_digit(f"{body}0"))


def social_credit_code(chance: Chance, *, is_company: bool) -> str:
    """A well-formed unified social credit code, of an organisation numbered from 00000000 on."""
    organisation = f"0000{chance.whole(0, 9999):04d}"
    body = (
        f"{'91' if is_company else '12'}{chance.one_of(_REGIONS)}"
        f"{organisation}{organisation_check(organisation)}"
    )
    return body + str(uscc.calc_check_digit(body))


def phone(chance: Chance) -> str:
    """A phone number that no network gives out."""
    return f"+86 100 {chance.whole(0, 9999):04d} {chance.whole(0, 9999):04d}"


def email(customer_id: str) -> str:
    """An address in a domain kept for examples."""
    return f"{customer_id.lower()}@example.com"
