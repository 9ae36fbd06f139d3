"""Elements of the XML of an invoice, in its four namespaces. Pure."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from lxml import etree

RSM = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
QDT = "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"
NAMESPACES = {"rsm": RSM, "ram": RAM, "udt": UDT, "qdt": QDT}
DAY = "102"  # UNTDID 2379: year, month, day
UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def day(day: date) -> etree._Element:
    return element(UDT, "DateTimeString", f"{day:%Y%m%d}", format=DAY)


def amount(amount: Decimal) -> str:
    return f"{amount:.2f}"


def rsm(name: str, *content: etree._Element | str | None) -> etree._Element:
    return element(RSM, name, *content)


def ram(name: str, *content: etree._Element | str | None, **attributes: str) -> etree._Element:
    return element(RAM, name, *content, **attributes)


def element(
    namespace: str, name: str, *content: etree._Element | str | None, **attributes: str
) -> etree._Element:
    """``None`` is left out; text loses the characters that XML cannot hold."""
    built = etree.Element(etree.QName(namespace, name), attributes, nsmap=NAMESPACES)
    for part in content:
        if isinstance(part, str):
            built.text = UNWRITABLE.sub("", part)
        elif part is not None:
            built.append(part)
    return built
