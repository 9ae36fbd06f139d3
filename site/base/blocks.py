from typing import Any, ClassVar

from wagtail import blocks
from wagtail.images.blocks import ImageBlock

TEXT_FEATURES = ["bold", "italic", "link", "ol", "ul", "document-link"]


class HeadingBlock(blocks.CharBlock):
    class Meta:
        label = "Intertitre"
        icon = "title"
        template = "blocks/heading.html"
        max_length = 120
        preview_value = "Notre méthode"
        description = "Ouvre une nouvelle partie de la page."


class TextBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(features=TEXT_FEATURES, **kwargs)

    class Meta:
        label = "Texte"
        icon = "pilcrow"
        template = "blocks/text.html"
        preview_value = "<p>Un paragraphe de texte courant.</p>"
        description = "Paragraphes, listes et liens."


class FigureBlock(blocks.StructBlock):
    image = ImageBlock(label="Image")
    caption = blocks.CharBlock(label="Légende", required=False, max_length=200)

    class Meta:
        label = "Image"
        icon = "image"
        template = "blocks/figure.html"
        description = "Une photo avec sa légende."


class CalloutBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Titre", max_length=100)
    text = blocks.RichTextBlock(label="Texte", features=TEXT_FEATURES)

    class Meta:
        label = "Encadré"
        icon = "info-circle"
        template = "blocks/callout.html"
        preview_value: ClassVar = {"title": "À savoir", "text": "<p>Un point important.</p>"}
        description = "Met un point important en valeur."


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label="Question", max_length=200)
    answer = blocks.RichTextBlock(label="Réponse", features=TEXT_FEATURES)

    class Meta:
        label = "Question"
        icon = "help"
        label_format = "{question}"
        template = "blocks/question.html"
        preview_value: ClassVar = {
            "question": "Comment m’inscrire ?",
            "answer": "<p>En quelques minutes.</p>",
        }
        description = "Question repliée, la réponse s’ouvre d’un clic."


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="Étape", max_length=80)
    text = blocks.CharBlock(label="Explication", max_length=250)

    class Meta:
        label = "Étape"
        icon = "list-ol"
        label_format = "{title}"
        description = "Une étape numérotée d’un parcours."


class BodyBlock(blocks.StreamBlock):
    """The closed list of blocks that an editor may use in a page."""

    heading = HeadingBlock()
    text = TextBlock()
    figure = FigureBlock()
    callout = CalloutBlock()
    question = QuestionBlock()
