"""Dated legal texts: kinds, placeholders, periods. Pure: texts, facts and Paris dates in, texts out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from html import escape

from base.typography import NBSP
from legal.notices.plain_text import text_of


class NoticeKind(StrEnum):
    WITHDRAWAL_NOTICE = "withdrawal_notice"
    WITHDRAWAL_FORM = "withdrawal_form"
    ONLINE_WITHDRAWAL = "online_withdrawal_sentence"
    MEDIATION = "mediation"
    LEGAL_NOTICE = "legal_notice"
    PRIVACY = "privacy"
    ACCESSIBILITY = "accessibility"
    HOUSE_RULES = "house_rules"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    NoticeKind.WITHDRAWAL_NOTICE: "Information sur le droit de rétractation",
    NoticeKind.WITHDRAWAL_FORM: "Formulaire de rétractation",
    NoticeKind.ONLINE_WITHDRAWAL: "Rétractation en ligne",
    NoticeKind.MEDIATION: "Médiation de la consommation",
    NoticeKind.LEGAL_NOTICE: "Mentions légales",
    NoticeKind.PRIVACY: "Politique de confidentialité",
    NoticeKind.ACCESSIBILITY: "Déclaration d’accessibilité",
    NoticeKind.HOUSE_RULES: "Règlement intérieur",
}


class NoticeState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"

    @property
    def label(self) -> str:
        return {NoticeState.DRAFT: "brouillon", NoticeState.PUBLISHED: "publié"}[self]


TRANSITIONS = {
    NoticeState.DRAFT: frozenset({NoticeState.PUBLISHED}),
    NoticeState.PUBLISHED: frozenset(),
}


@dataclass(frozen=True)
class Placeholder:
    """``setting`` is the admin setting that holds the fact; ``scheme`` makes it a link."""

    name: str
    label: str
    setting: str = "organisation"
    scheme: str | None = None


PLACEHOLDERS = {
    item.name: item
    for item in (
        Placeholder("nom", "dénomination sociale"),
        Placeholder("forme_juridique", "forme juridique"),
        Placeholder("capital", "capital social"),
        Placeholder("adresse", "adresse du siège"),
        Placeholder("siret", "numéro SIRET"),
        Placeholder("rcs", "ville du RCS"),
        Placeholder("tva", "numéro de TVA"),
        Placeholder("telephone", "téléphone", scheme="tel:"),
        Placeholder("email", "adresse e-mail générale", scheme="mailto:"),
        Placeholder("directeur_publication", "directeur de la publication"),
        Placeholder("hebergeur", "nom de l’hébergeur"),
        Placeholder("hebergeur_adresse", "adresse de l’hébergeur"),
        Placeholder("hebergeur_telephone", "téléphone de l’hébergeur", scheme="tel:"),
        Placeholder("nda", "numéro de déclaration d’activité"),
        Placeholder("contact_stagiaires", "responsable des relations avec les stagiaires"),
        Placeholder("contact_handicap", "contact handicap"),
        Placeholder(
            "dpo_email", "adresse du délégué à la protection des données", scheme="mailto:"
        ),
        Placeholder("mediateur", "nom du médiateur", "mediator"),
        Placeholder("mediateur_site", "site du médiateur", "mediator", scheme=""),
        Placeholder("mediateur_adresse", "adresse postale du médiateur", "mediator"),
        Placeholder("adresse_site", "adresse du site", "installation", scheme=""),
        Placeholder(
            "adresse_renonciation", "adresse de la renonciation", "installation", scheme=""
        ),
    )
}
# Facts without which the law does not let a text of the kind appear, even when its body names none:
# R221-1 and R221-3 (W-06, W-07), D221-5 (F-02), R616-1 (M-01), LCEN 1-1 and 19 (N-01), GDPR 13 (G-03).
REQUIRED = {
    NoticeKind.WITHDRAWAL_NOTICE: ("nom", "adresse", "telephone", "email", "adresse_renonciation"),
    NoticeKind.WITHDRAWAL_FORM: ("nom", "adresse", "email"),
    NoticeKind.ONLINE_WITHDRAWAL: ("adresse_renonciation",),
    NoticeKind.MEDIATION: ("mediateur", "mediateur_site", "mediateur_adresse"),
    NoticeKind.LEGAL_NOTICE: (
        "nom", "forme_juridique", "capital", "adresse", "siret", "rcs", "tva", "telephone", "email",
        "directeur_publication", "hebergeur", "hebergeur_adresse", "hebergeur_telephone",
    ),
    NoticeKind.PRIVACY: ("nom", "adresse", "dpo_email"),
    NoticeKind.ACCESSIBILITY: ("email",),
    NoticeKind.HOUSE_RULES: ("nom",),
}  # fmt: skip

_TAG = re.compile(r"(<[^>]*>)")
_NAMED = re.compile(r"\{([a-z_]+)\}")
_BRACE = re.compile(r"[{}]")


@dataclass(frozen=True)
class Filled:
    """``missing`` facts are unknown, ``stray`` pieces are braces that name no placeholder."""

    html: str
    missing: tuple[Placeholder, ...] = ()
    stray: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        return not self.missing and not self.stray

    @property
    def text(self) -> str:
        return text_of(self.html)


@dataclass(frozen=True)
class FilledNotice:
    """A published text as shown; ``sha256`` is that of ``text`` in UTF-8."""

    kind: NoticeKind
    number: int
    text: str
    html: str
    sha256: str
    valid_from: date
    notice_id: int


class NoticeMissing(Exception):
    """No published text of the kind is in force on the day."""

    def __init__(self, kind: NoticeKind, on: date) -> None:
        super().__init__(f"Aucun texte « {kind.label} » n’est en vigueur le {on:%d/%m/%Y}.")


def fingerprint(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def fill(kind: NoticeKind, html: str, facts: Mapping[str, str]) -> Filled:
    """``html`` with every ``{placeholder}`` of its text replaced by the escaped fact.

    A complete result holds no brace at all, neither from the text nor from a fact.
    """
    pieces = _TAG.split(html)
    stray = [tag for tag in pieces[1::2] if _BRACE.search(tag)]
    names = dict.fromkeys(
        (*REQUIRED[kind], *(n for text in pieces[::2] for n in _NAMED.findall(text)))
    )
    for index in range(0, len(pieces), 2):
        stray += _strays(pieces[index])
        pieces[index] = _NAMED.sub(lambda found: _value(found, facts), pieces[index])
    known = [PLACEHOLDERS[name] for name in names if name in PLACEHOLDERS]
    missing = tuple(item for item in known if not facts.get(item.name, "").strip())
    stray += [facts[item.name] for item in known if _BRACE.search(facts.get(item.name, ""))]
    return Filled("".join(pieces), missing, tuple(dict.fromkeys(stray)))


def _strays(text: str) -> list[str]:
    unknown = [f"{{{name}}}" for name in _NAMED.findall(text) if name not in PLACEHOLDERS]
    return unknown or (["{ }"] if _BRACE.search(_NAMED.sub("", text)) else [])


def _value(found: re.Match[str], facts: Mapping[str, str]) -> str:
    placeholder, fact = PLACEHOLDERS.get(found[1]), facts.get(found[1], "").strip()
    if placeholder is None or not fact:
        return found[0]
    if placeholder.scheme is None:
        return escape(fact)
    if placeholder.scheme == "tel:":
        return _link("tel:" + fact.replace(" ", ""), fact.replace(" ", NBSP))
    return _link(placeholder.scheme + fact, fact)


def _link(target: str, words: str) -> str:
    return f'<a href="{escape(target)}">{escape(words)}</a>'


def last_days(starts: Sequence[date]) -> tuple[date | None, ...]:
    """The last day of each of successive versions: the eve of the next one, none for the latest.

    Versions therefore neither overlap nor leave a day without text. ``starts`` is in order.
    """
    return (*(start - timedelta(days=1) for start in starts[1:]), None) if starts else ()


def start_fault(start: date, *, today: date, latest: date | None) -> str:
    """Why a version may not begin on ``start``, in French; empty when it may.

    What was shown yesterday cannot change any more, hence no day in the past.
    """
    if start < today:
        return (
            f"La date d’entrée en vigueur est passée : choisissez le {today:%d/%m/%Y} ou plus tard."
        )
    if latest is not None and start <= latest:
        return f"Une version publiée commence le {latest:%d/%m/%Y} : choisissez un jour suivant."
    return ""


@dataclass(frozen=True)
class FormLine:
    """A line of the printed withdrawal form; ``to_fill`` leaves room to write."""

    text: str
    to_fill: bool


def form_lines(text: str) -> tuple[FormLine, ...]:
    """The lines of the statutory form after its title (W-06): those ending in a colon are filled in."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(
        FormLine(line, line.endswith(":") and "l'attention de" not in line.replace("’", "'"))
        for line in list(filter(None, lines))[1:]
    )


def missing_kinds(in_force: Iterable[NoticeKind]) -> tuple[NoticeKind, ...]:
    present = set(in_force)
    return tuple(kind for kind in NoticeKind if kind not in present)
