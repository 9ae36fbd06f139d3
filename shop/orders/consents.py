"""The sentences beside the boxes of the recap. Pure; kept word for word with each acceptance."""

CGV = "terms"
CONTRACT = "contract"
EARLY_START = "early_start"
RIGHT_LOST = "right_lost"


def consent_boxes(*, terms_number: str, begins_early: bool) -> dict[str, str]:
    boxes = {
        CGV: f"J’ai lu et j’accepte les conditions générales de vente, version {terms_number}.",
        CONTRACT: (
            "J’ai lu et j’accepte le contrat de formation, et j’ai pris connaissance du règlement "
            "intérieur."
        ),
    }
    if begins_early:
        # C. conso L221-25 and L221-28 1°: two boxes apart, law.md W-10.
        boxes[EARLY_START] = (
            "Je demande expressément que la formation commence avant la fin du délai de "
            "rétractation de quatorze jours. Si je me rétracte ensuite, je paierai les heures déjà "
            "suivies."
        )
        boxes[RIGHT_LOST] = (
            "Je reconnais que je perdrai mon droit de rétractation une fois la formation "
            "entièrement exécutée."
        )
    return boxes
