from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorList

from wagtail import blocks

from legal.terms.text import Article, Part, Terms, as_data, numbering_faults, unsafe_links

FEATURES = ["bold", "italic", "ol", "ul", "link"]


class ClauseBlock(blocks.RichTextBlock):
    """Text of a clause; a version lives for ever, so its links lead to secure public pages only."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(features=FEATURES, **kwargs)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        wrong = unsafe_links(cleaned.source if cleaned else "")
        if wrong:
            raise ValidationError(
                "Seuls les liens vers une adresse « https:// » sont admis : ce texte doit rester "
                "lisible dans dix ans, hors du site."
            )
        return cleaned

    class Meta:
        label = "Texte"
        icon = "pilcrow"


class ArticleBlock(blocks.StructBlock):
    number = blocks.CharBlock(
        label="Numéro",
        max_length=8,
        help_text="Par exemple 3.5. L’adresse de l’article en dépend : « #article-3-5 ».",
    )
    title = blocks.CharBlock(label="Titre", max_length=200)
    text = ClauseBlock()

    class Meta:
        label = "Article"
        icon = "doc-full"
        label_format = "{number} {title}"
        preview_value: ClassVar = {
            "number": "3.1",
            "title": "Prix",
            "text": "<p>Les prix sont indiqués en euros.</p>",
        }
        description = "Une clause numérotée."


class PartBlock(blocks.StructBlock):
    number = blocks.CharBlock(
        label="Numéro", max_length=6, help_text="En chiffres romains : I, II, III…"
    )
    title = blocks.CharBlock(label="Titre", max_length=200)
    introduction = ClauseBlock(
        label="Texte avant le premier article",
        required=False,
        help_text="Pour un titre sans article, ou une phrase d’introduction.",
    )
    articles = blocks.ListBlock(ArticleBlock(), label="Articles", default=list)

    class Meta:
        label = "Titre"
        icon = "list-ol"
        label_format = "{number} {title}"
        preview_value: ClassVar[dict[str, Any]] = {
            "number": "III",
            "title": "Prix et conditions de paiement",
            "articles": [{"number": "3.1", "title": "Prix", "text": "<p>En euros.</p>"}],
        }
        description = "Une grande partie, qui contient des articles numérotés."


class TermsBlock(blocks.StreamBlock):
    """The whole text; its numbers make the addresses of its passages."""

    part = PartBlock()

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        faults = numbering_faults(read_terms(cleaned))
        if faults:
            raise blocks.StreamBlockValidationError(non_block_errors=ErrorList(faults))
        return cleaned


def read_terms(content: Any) -> Terms:
    return Terms(tuple(read_part(block.value) for block in content))


def read_part(value: Any) -> Part:
    """The part as plain data; a draft may lack any of it."""
    return Part(
        number=value.get("number") or "",
        title=value.get("title") or "",
        introduction=_source(value.get("introduction")),
        articles=tuple(
            Article(
                article.get("number") or "",
                article.get("title") or "",
                _source(article.get("text")),
            )
            for article in value.get("articles") or []
        ),
    )


def as_blocks(terms: Terms) -> list[tuple[str, dict[str, Any]]]:
    """What a version's ``content`` may be given."""
    return [("part", part) for part in as_data(terms)]


def _source(text: Any) -> str:
    return text.source if text else ""
