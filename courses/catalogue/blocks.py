from typing import Any, ClassVar

from wagtail import blocks

from courses.catalogue.programme import Moment


class ObjectiveBlock(blocks.CharBlock):
    class Meta:
        label = "Objectif"
        icon = "tick"
        preview_value = "Décrire les étapes d’un plan d’action"
        description = "Commence par un verbe d’action observable."


class ModuleBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre du module", max_length=200)
    points = blocks.ListBlock(
        blocks.CharBlock(label="Point", max_length=400), label="Points abordés", default=list
    )

    class Meta:
        label = "Module"
        icon = "list-ul"
        label_format = "{title}"
        description = "Numéroté automatiquement sur toute la formation."


class HalfDayBlock(blocks.StructBlock):
    day = blocks.IntegerBlock(label="Jour", min_value=1, max_value=60, default=1)
    moment = blocks.ChoiceBlock(
        label="Moment",
        choices=[(moment.value, moment.label) for moment in Moment],
        default=Moment.MORNING.value,
    )
    modules = blocks.ListBlock(ModuleBlock(), label="Modules")

    class Meta:
        label = "Demi-journée"
        icon = "time"
        label_format = "Jour {day} – {moment}"
        preview_value: ClassVar[dict[str, Any]] = {
            "day": 1,
            "moment": Moment.MORNING.value,
            "modules": [{"title": "Poser le cadre", "points": ["Le contexte", "Les acteurs"]}],
        }
        description = "Un matin ou un après-midi de formation."


class IndicatorBlock(blocks.StructBlock):
    label = blocks.CharBlock(label="Indicateur", max_length=120)
    value = blocks.CharBlock(label="Valeur", max_length=20)
    period = blocks.CharBlock(label="Période", max_length=40)

    class Meta:
        label = "Indicateur de résultat"
        icon = "success"
        label_format = "{label} : {value}"
        preview_value: ClassVar = {"label": "Satisfaction", "value": "94 %", "period": "2025"}
        description = "Résultat publié (Qualiopi, indicateur 2)."
