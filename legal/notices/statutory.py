"""Texts that the law gives word for word, with our placeholders where it leaves blanks. Pure.

A typographic apostrophe or space more would still be the same words; they are quoted as printed.
"""

from __future__ import annotations

from legal.notices.rules import NoticeKind

Section = tuple[str, tuple[str, ...]]

# Annex to C. conso. R221-1 (law.md W-06).
WITHDRAWAL_FORM: tuple[Section, ...] = (
    (
        "MODÈLE DE FORMULAIRE DE RÉTRACTATION",
        (
            "(Veuillez compléter et renvoyer le présent formulaire uniquement si vous souhaitez vous rétracter du contrat.)",
            "A l'attention de {nom}, {adresse}, {email} :",
            "Je/nous (*) vous notifie/notifions (*) par la présente ma/notre (*) rétractation du contrat portant sur la vente du bien (*)/pour la prestation de services (*) ci-dessous :",
            "Commandé le (*)/reçu le (*) :",
            "Nom du (des) consommateur(s) :",
            "Adresse du (des) consommateur(s) :",
            "Signature du (des) consommateur(s) (uniquement en cas de notification du présent formulaire sur papier) :",
            "Date :",
            "(*) Rayez la mention inutile.",
        ),
    ),
)
# Annex to C. conso. R221-3 as amended by décret 2026-3, for services (law.md W-07).
WITHDRAWAL_NOTICE: tuple[Section, ...] = (
    (
        "Droit de rétractation",
        (
            "Vous avez le droit de vous rétracter du présent contrat sans donner de motif dans un délai de quatorze jours.",
            "Le délai de rétractation expire quatorze jours après le jour de la conclusion du contrat.",
            "Pour exercer le droit de rétractation, vous devez nous notifier {nom}, {adresse}, {telephone}, {email} votre décision de rétractation du présent contrat au moyen d'une déclaration dénuée d'ambiguïté (par exemple, lettre envoyée par la poste ou courrier électronique). Vous pouvez utiliser le modèle de formulaire de rétractation mais ce n'est pas obligatoire. Vous pouvez également exercer votre droit de rétractation en ligne sur {adresse_renonciation}. Si vous utilisez cette fonctionnalité en ligne, nous vous enverrons, dans les meilleurs délais, un accusé de réception de la rétractation sur un support durable (par exemple, par courriel), y compris son contenu ainsi que la date et l'heure de sa soumission.",
            "Pour que le délai de rétractation soit respecté, il suffit que vous transmettiez votre communication relative à l'exercice du droit de rétractation avant l'expiration du délai de rétractation.",
        ),
    ),
    (
        "Effets de rétractation",
        (
            "En cas de rétractation de votre part du présent contrat, nous vous rembourserons tous les paiements reçus de vous, y compris les frais de livraison (à l'exception des frais supplémentaires découlant du fait que vous avez choisi, le cas échéant, un mode de livraison autre que le mode moins coûteux de livraison standard proposé par nous) sans retard excessif et, en tout état de cause, au plus tard quatorze jours à compter du jour où nous sommes informés de votre décision de rétractation du présent contrat. Nous procéderons au remboursement en utilisant le même moyen de paiement que celui que vous aurez utilisé pour la transaction initiale, sauf si vous convenez expressément d'un moyen différent ; en tout état de cause, ce remboursement n'occasionnera pas de frais pour vous.",
            "Si vous avez demandé de commencer la prestation de services pendant le délai de rétractation, vous devrez nous payer un montant proportionnel à ce qui vous a été fourni jusqu'au moment où vous nous avez informé de votre rétractation du présent contrat, par rapport à l'ensemble des prestations prévues par le contrat.",
        ),
    ),
)
STATUTORY = {
    NoticeKind.WITHDRAWAL_FORM: WITHDRAWAL_FORM,
    NoticeKind.WITHDRAWAL_NOTICE: WITHDRAWAL_NOTICE,
}
_SAME = str.maketrans({"’": "'", "\u00a0": " ", "\u202f": " ", "À": "A"})


def statutory_text(kind: NoticeKind) -> str:
    """Title lines and paragraphs, placeholders unfilled; empty where the law gives no wording."""
    sections = STATUTORY.get(kind, ())
    return "\n".join(line for title, lines in sections for line in (title, *lines))


def departs_from_statute(kind: NoticeKind, text: str) -> bool:
    """Whether an unfilled text says something else than the law, typography aside."""
    return kind in STATUTORY and _words(text) != _words(statutory_text(kind))


def _words(text: str) -> list[str]:
    return text.translate(_SAME).split()
