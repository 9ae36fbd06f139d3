"""French texts to lay out."""

SENTENCE = (
    "Le prestataire organise la formation convenue, remet au client les documents que la loi "
    "prévoit et informe les stagiaires des conditions de leur accueil. "
)


def text(title, articles, closing=""):
    body = "".join(
        f"<h2>Article {number}</h2><p>{SENTENCE * 8}</p>" for number in range(1, articles + 1)
    )
    return (
        f'<!DOCTYPE html><html lang="fr"><head><title>{title}</title></head>'
        f'<body data-issuer="LEXOM" data-running="{title}" data-legal="SAS LEXOM">'
        f"<h1>{title}</h1>{body}{closing}</body></html>"
    )
