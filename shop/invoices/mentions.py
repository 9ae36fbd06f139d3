"""The wording known when the software was written (law.md I-02, L-02, L-03, P-03); staff date the next."""

from datetime import date

from shop.invoices.models import InvoiceMention, MentionKind

SINCE = date(2026, 1, 1)
PENALTY = (
    "En cas de retard, pénalités exigibles sans rappel dès le lendemain de l’échéance, au taux de "
    "refinancement de la Banque centrale européenne majoré de 10 points (C. com. L441-10)"
)
RECOVERY = (
    "Indemnité forfaitaire pour frais de recouvrement en cas de retard : 40 € "
    "(C. com. L441-10 et D441-5)"
)
KNOWN = (
    (
        MentionKind.EXEMPTION,
        "Exonération de TVA, article 261, 4, 4° a du CGI",
        "VATEX-FR-CGI261-4",
    ),
    (MentionKind.UNTAXED_INDEMNITY, "Indemnité hors du champ d’application de la TVA", ""),
    (MentionKind.DISCOUNT, "Escompte pour paiement anticipé : néant", ""),
    (
        MentionKind.PENALTY,
        PENALTY,
        "",
    ),
    (
        MentionKind.RECOVERY,
        RECOVERY,
        "",
    ),
)


def set_up_mentions() -> None:
    """Adds the kinds that have no wording yet; what staff entered stays."""
    for kind, text, code in KNOWN:
        if not InvoiceMention.objects.filter(kind=kind).exists():
            InvoiceMention.objects.create(kind=kind, text=text, code=code, valid_from=SINCE)
