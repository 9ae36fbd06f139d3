"""The hosted pages: plain templates, French amounts, and a policy that lets nothing else load."""

import re
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from shop.payments.standin.cards import CARDS
from shop.payments.standin.messages import Answer

PAGES = Path(__file__).parent / "pages"
NARROW = "\u202f"
SPACE = "\u00a0"


@cache
def template(name: str) -> Template:
    return Template(spaced((PAGES / name).read_text(encoding="utf-8").strip()))


def spaced(text: str) -> str:
    """French spaces that do not break before high punctuation and inside quotation marks."""
    text = re.sub(r" (?=[;!?])", NARROW, text)
    return re.sub(r" (?=[:»€])|(?<=«) ", SPACE, text)


def fill(file: str, /, **values: str) -> str:
    """Text is escaped; a name that ends in ``_html`` is inserted as it is."""
    return template(file).substitute(
        {
            key: text if key.endswith("_html") else escape(spaced(text))
            for key, text in values.items()
        }
    )


def euros(cents: int) -> str:
    whole, rest = divmod(cents, 100)
    return f"{whole:,}".replace(",", NARROW) + f",{rest:02}{SPACE}€"


def page(
    title: str, content_html: str, *, status: int = 200, leads_to: tuple[str, ...] = ()
) -> Answer:
    """``leads_to``: where a form of the page may end after its redirect."""
    body = fill("base.html", title=title, content_html=content_html)
    origins = " ".join(sorted({origin(address) for address in leads_to if address}))
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
            f"frame-ancestors 'none'; form-action 'self' {origins}".strip()
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Answer(status, body.encode(), headers)


def message(
    title: str, text: str, *, link: str = "", link_text: str = "", status: int = 200
) -> Answer:
    link_html = fill("link.html", address=link, text=link_text) if link else ""
    return page(
        title, fill("message.html", title=title, text=text, link_html=link_html), status=status
    )


def origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def card_rows() -> str:
    return "".join(fill("card_row.html", number=card.spaced, effect=card.effect) for card in CARDS)


def stylesheet() -> Answer:
    body = (PAGES / "standin.css").read_bytes()
    return Answer(200, body, {"Content-Type": "text/css; charset=utf-8"})
