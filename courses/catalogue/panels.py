"""The course editor, grouped by the question an editor asks."""

from typing import Any

from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)

CONTENT = [
    HelpPanel(template="courses/admin/completeness.html"),
    TitleFieldPanel(
        "title",
        placeholder="Intitulé de la formation",
        help_text="Intitulé exact, repris sur les contrats.",
    ),
    FieldRowPanel(["reference", "content_updated_on"]),
    FieldPanel("summary"),
    FieldPanel("cover_image"),
    MultiFieldPanel(
        [
            FieldPanel(
                "objectives",
                help_text="Un bloc par objectif : la page écrit « vous saurez : » devant la liste.",
            )
        ],
        heading="Que saura faire le stagiaire ?",
    ),
    MultiFieldPanel(
        [
            FieldPanel(
                "programme",
                help_text="Un bloc par matin ou après-midi ; les modules se numérotent seuls.",
            )
        ],
        heading="Que fait-on, demi-journée par demi-journée ?",
    ),
    MultiFieldPanel(
        [
            FieldPanel(
                "audience",
                help_text="Métiers ou fonctions. Une ligne qui commence par « - » fait une puce.",
            ),
            "prerequisites",
        ],
        heading="Pour qui ?",
    ),
    MultiFieldPanel(
        [
            FieldPanel("teaching_methods", help_text="Exposés, exercices, jeux de rôle…"),
            FieldPanel("means", help_text="Salle, matériel, supports remis, outils en ligne."),
            "trainer_qualification",
        ],
        heading="Comment apprend-on ?",
    ),
    MultiFieldPanel(
        [
            FieldPanel("evaluation_methods", help_text="Avant, pendant et à la fin."),
            "certificate",
        ],
        heading="Comment les acquis sont-ils vérifiés ?",
    ),
]

PRACTICAL = [
    MultiFieldPanel(
        [
            FieldRowPanel(["duration_days", "duration_hours"]),
            FieldRowPanel(["group_size_min", "group_size_max"]),
        ],
        heading="Combien de temps, à combien ?",
    ),
    MultiFieldPanel(
        [FieldRowPanel(["inter_price_excl_vat", "intra_price_excl_vat"]), "vat_category"],
        heading="À quel prix ?",
    ),
    MultiFieldPanel(
        [
            "access_terms",
            "access_delay",
            FieldPanel(
                "accessibility_statement",
                help_text="Aménagements possibles. La page ajoute le contact handicap.",
            ),
        ],
        heading="Comment y accéder ?",
    ),
    MultiFieldPanel(
        [FieldPanel("indicators", help_text="Affichés en bas de la page (Qualiopi).")],
        heading="Quels résultats publions-nous ?",
    ),
    MultiFieldPanel(
        [
            "certification_title",
            FieldRowPanel(["rncp_code", "certification_registered_on"]),
            "certifier",
        ],
        heading="La formation est-elle certifiante ?",
        classname="collapsed",
    ),
    HelpPanel(template="courses/admin/course_sessions.html", heading="Quelles sessions ?"),
]


def course_edit_handler(promote_panels: list[Any]) -> TabbedInterface:
    return TabbedInterface(
        [
            ObjectList(CONTENT, heading="Contenu"),
            ObjectList(PRACTICAL, heading="Sessions et tarifs"),
            ObjectList(
                [*promote_panels, PublishingPanel(), CommentPanel()], heading="Référencement"
            ),
        ]
    )
