"""Clauses that mandatory law sets aside for consumers, and what the software does instead. Pure.

law.md section 3.1. An unfair clause is deemed unwritten and the rest of the contract stays
(C. conso. L241-1): the text is published as it was approved, the automatic actions for natural
persons follow the column ``instead``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from base.importing.lines import fold
from legal.terms.text import Terms, article_anchor, part_anchor, plain_text


@dataclass(frozen=True)
class DoubtfulClause:
    """``place`` is an article number or a part numeral; ``words`` a pattern of folded text."""

    place: str
    words: str
    says: str
    conflict: str
    law: str
    instead: str
    companies: str

    @property
    def anchor(self) -> str:
        return article_anchor(self.place) if self.place[0].isdigit() else part_anchor(self.place)


@dataclass(frozen=True)
class Review:
    """``found`` clauses stand in the text; the ``gone`` ones were rewritten, moved or removed."""

    found: tuple[DoubtfulClause, ...]
    gone: tuple[DoubtfulClause, ...]


AS_WRITTEN = "La clause s’applique telle qu’écrite."

CLAUSES = (
    DoubtfulClause(
        "I", r"sans reserve",
        "Le client accepte sans réserve les conditions, qui l’emportent sur tout autre document.",
        "Un consommateur n’est lié que par des clauses qu’il a pu lire avant d’accepter.",
        "C. civ. art. 1119 ; C. conso. R212-1, 1°",
        "L’acceptation porte sur la version affichée : son numéro, son empreinte et la case cochée sont conservés.",
        AS_WRITTEN,
    ),
    DoubtfulClause(
        "2.1", r"personnes? physiques?.*(convention|contrat).*acompte",
        "La convention d’une personne physique est accompagnée d’un acompte de 30 %.",
        "Aucune somme ne peut être exigée d’une personne physique avant la fin du délai de rétractation.",
        "C. trav. L6353-6",
        "Aucun paiement n’est demandé ni possible avant le premier jour de débit permis.",
        "L’acompte est dû à la signature.",
    ),
    DoubtfulClause(
        "2.2", r"definitivement? conclu|n'est (conclu|definitif)|definitif.*qu'apres reception",
        "Le contrat n’est conclu qu’à la réception de l’acompte.",
        "Cela retarderait le contrat du consommateur et contredit l’article 2.1.",
        "C. conso. L221-14 ; C. trav. L6353-3",
        "Le contrat est conclu dès que la commande est confirmée.",
        AS_WRITTEN,
    ),
    DoubtfulClause(
        "2.2", r"frais d'annulation",
        "Des frais sont facturés à qui renvoie les documents signés sans verser l’acompte.",
        "Une indemnité sans contrepartie ni réciprocité est présumée abusive.",
        "C. conso. R212-2, 2° et 3°",
        "Ces frais ne sont jamais facturés automatiquement.",
        "Facturation manuelle, après accord de la comptabilité.",
    ),
    DoubtfulClause(
        "2.2", r"irrevocables?",
        "Les commandes sont définitives et irrévocables.",
        "Le droit de rétractation de quatorze jours est d’ordre public.",
        "C. conso. L221-18 et L242-3",
        "La rétractation est acceptée par tous les moyens, pendant tout le délai.",
        AS_WRITTEN,
    ),
    DoubtfulClause(
        "3.1", r"hors taxes?",
        "Les prix sont indiqués hors taxes.",
        "Le prix annoncé à un consommateur est celui qu’il paiera, taxes comprises.",
        "C. conso. L112-1 ; arrêté du 3 décembre 1987",
        "Le prix TTC est affiché en premier partout où un particulier peut commander.",
        "Prix hors taxes, avec le prix TTC.",
    ),
    DoubtfulClause(
        "3.2", r"(fin|issue|terme) de la prestation",
        "Les factures se règlent à la fin de la prestation, dès réception.",
        "Après l’acompte, le solde d’une personne physique est échelonné au fil de la formation.",
        "C. trav. L6353-6, al. 3",
        "Un échéancier suit les heures effectuées : jamais plus que la part déjà reçue.",
        AS_WRITTEN,
    ),
    DoubtfulClause(
        "3.4", r"10 points|dix points",
        "Tout retard porte intérêt au taux de la BCE majoré de dix points, plus 40 € de frais.",
        "La pénalité est disproportionnée pour un consommateur ; les 40 € ne visent que les professionnels.",
        "C. conso. R212-2, 3° ; C. com. D441-5 ; C. civ. 1231-6",
        "Intérêt légal seulement, après mise en demeure ; jamais les 40 €.",
        "Intérêts et indemnité calculés selon le taux du semestre.",
    ),
    DoubtfulClause(
        "3.5", r"acompte.*(acquis|conserve|garde)",
        "L’acompte reste acquis à l’entreprise quand le client renonce plus de quinze jours avant.",
        "La clause n’est pas réciproque et ignore la force majeure et le motif légitime et impérieux.",
        "C. conso. R212-2, 2° ; C. trav. L6353-7",
        "La retenue n’est jamais automatique : une personne décide, hors rétractation, force majeure ou motif légitime. Si l’entreprise annule, tout est remboursé.",
        "L’acompte est conservé.",
    ),
    DoubtfulClause(
        "3.5", r"(montant total|totalite|prix entier|prix total)",
        "Le prix entier est dû quand le client renonce moins de quinze jours avant.",
        "La sanction est disproportionnée, et dépasse l’échelonnement que la loi impose.",
        "C. conso. R212-2, 3° ; C. civ. 1231-5 ; C. trav. L6353-7 et L6355-20",
        "Jamais le prix entier : au plus l’acompte régulièrement payé ou la part des heures reçues. Une personne décide.",
        "Le prix est dû ; le juge peut le réduire (C. civ. 1231-5).",
    ),
    DoubtfulClause(
        "3.5", r"(reception|recue?s?).*annulation|annulation.*(reception|recue?)",
        "Les délais se comptent au jour où l’annulation est reçue.",
        "Règle de preuve admise, mais l’envoi compte quand il est plus favorable au consommateur.",
        "C. conso. L211-1",
        "La date d’envoi est retenue si elle est plus favorable.",
        "La date de réception est retenue.",
    ),
    DoubtfulClause(
        "3.6", r"force majeure",
        "Un report laisse les sommes acquises à l’entreprise, même en cas de force majeure.",
        "Le stagiaire empêché par force majeure ne paie que ce qu’il a reçu.",
        "C. trav. L6353-7",
        "Remboursement au prorata des heures non effectuées.",
        "L’article 1218 du code civil s’applique malgré la clause.",
    ),
    DoubtfulClause(
        "3.7", r"(aucune|pas de) (reduction|diminution|remise)",
        "L’absence d’un stagiaire ne réduit jamais le prix.",
        "Force majeure et motif légitime et impérieux ouvrent droit à un prix au prorata.",
        "C. trav. L6353-7",
        "Prorata dès que le motif est reconnu.",
        "La facture distingue la formation de l’indemnité (OPCO).",
    ),
    DoubtfulClause(
        "4.1", r"(reputees?|tenues? pour|presumees?) conformes?",
        "Sans réserve exprimée pendant la formation, la prestation est réputée conforme.",
        "Priver le consommateur de ses recours est interdit.",
        "C. conso. R212-1, 6°",
        "La clause n’est pas opposée au consommateur ; ses droits sont rappelés.",
        AS_WRITTEN,
    ),
    DoubtfulClause(
        "4.4", r"limitee? au prix|plafonnee?",
        "La responsabilité est limitée au prix de la prestation, après preuve d’une faute.",
        "Limiter la réparation due au consommateur, ou lui imposer la preuve, est interdit.",
        "C. conso. R212-1, 6° et 12°",
        "La clause n’est pas opposée au consommateur ; ses droits sont rappelés.",
        AS_WRITTEN,
    ),
    DoubtfulClause(
        "4.5", r"greves?",
        "Grève du personnel ou absence du formateur sont assimilées à la force majeure.",
        "Un risque propre à l’entreprise n’est pas une force majeure opposable au consommateur.",
        "C. conso. R212-1, 5° et 6° ; C. civ. 1218",
        "L’annulation vient alors de l’entreprise : remboursement sous quatorze jours.",
        AS_WRITTEN,
    ),
    DoubtfulClause(
        "5.4", r"aubenas",
        "Les litiges relèvent du tribunal de commerce d’Aubenas.",
        "Un consommateur choisit son tribunal ; la clause elle-même l’écarte pour lui.",
        "C. conso. R631-3 ; CPC art. 48",
        "La clause n’est pas rappelée dans les documents remis aux consommateurs.",
        "Valable entre commerçants, si elle est très apparente.",
    ),
    DoubtfulClause(
        "5.4", r"mediation",
        "La médiation est proposée au titre des articles L616-1 et R616-1.",
        "Les références sont justes ; il manque la réclamation préalable et le délai d’un an.",
        "C. conso. L612-1 et suivants",
        "La page de médiation et les documents rappellent ces deux conditions.",
        "Sans objet entre professionnels (C. conso. L611-3, 1°).",
    ),
    DoubtfulClause(
        "5.5", r"(5|cinq) ans",
        "Les données sont conservées cinq ans au plus.",
        "Les pièces comptables et les contrats électroniques se gardent dix ans.",
        "C. com. L123-22 ; C. conso. L213-1",
        "Chaque donnée suit sa propre durée de conservation.",
        "Les mêmes durées s’appliquent.",
    ),
)  # fmt: skip


def review(terms: Terms) -> Review:
    texts = {part.number: plain_text(part.introduction) for part in terms.parts}
    texts |= {article.number: article.plain for article in terms.articles}
    found = tuple(clause for clause in CLAUSES if _stands(clause, texts.get(clause.place, "")))
    return Review(found, tuple(clause for clause in CLAUSES if clause not in found))


def _stands(clause: DoubtfulClause, text: str) -> bool:
    return re.search(clause.words, fold(text)) is not None
