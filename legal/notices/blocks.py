from __future__ import annotations

from wagtail import blocks

# Bold and lists, links to an address typed in full: nothing that looks something up later.
FEATURES = ["bold", "italic", "ol", "ul", "link"]


class RetentionRowBlock(blocks.StructBlock):
    data = blocks.CharBlock(label="Données", max_length=200)
    active = blocks.CharBlock(label="Usage courant", max_length=200)
    archive = blocks.CharBlock(label="Archive à accès restreint", max_length=200)
    basis = blocks.CharBlock(label="Fondement", max_length=200)

    class Meta:
        label = "Ligne"
        icon = "minus"
        label_format = "{data}"


class RetentionBlock(blocks.StructBlock):
    caption = blocks.CharBlock(label="Titre du tableau", max_length=120)
    rows = blocks.ListBlock(RetentionRowBlock(), label="Lignes", min_num=1)

    class Meta:
        label = "Durées de conservation"
        icon = "table"
        template = "legal/blocks/retention.html"
        description = "Un tableau : quelles données, combien de temps, pourquoi."


class NoticeBody(blocks.StreamBlock):
    heading = blocks.CharBlock(
        label="Intertitre", icon="title", max_length=120, template="legal/blocks/heading.html"
    )
    text = blocks.RichTextBlock(label="Texte", icon="pilcrow", features=FEATURES)
    retention = RetentionBlock()
