from __future__ import annotations

from typing import ClassVar

from django.utils.functional import cached_property

from shop.backoffice import collection_listing, collection_views, penalty_views
from shop.backoffice.collection_page import CollectionInspectView
from shop.backoffice.read_only import ReadOnlyViewSet
from shop.collection.models import CollectionCase


class CollectionViewSet(ReadOnlyViewSet):
    model = CollectionCase
    name = "collection_case"
    url_prefix = "impayes"
    icon = "time"
    menu_label = "Impayés"
    index_view_class = collection_listing.CollectionIndexView
    inspect_view_class = CollectionInspectView
    inspect_template_name = "shop/backoffice/collection_case.html"
    filterset_class = collection_listing.CollectionFilterSet
    list_display = collection_listing.COLLECTION_COLUMNS
    list_export = collection_listing.COLLECTION_EXPORT
    export_filename = "impayes"
    search_fields: ClassVar = ["invoice__number", "invoice__buyer_name"]
    ordering: ClassVar = ["invoice__due_on", "pk"]
    actions: ClassVar = {
        "attente": collection_views.HoldView,
        "reprendre": collection_views.ResumeView,
        "suspendre": collection_views.SuspendView,
        "mise-en-demeure": collection_views.NoticeView,
        "lettre/<int:letter_pk>/envoi": collection_views.PostView,
        "lettre/<int:letter_pk>/remise": collection_views.DeliverView,
        "lettre/<int:letter_pk>/reponse": collection_views.AnswerView,
        "resolution": collection_views.ResolveView,
        "penalites": penalty_views.PenaltyView,
        "abandonner": collection_views.WaiveView,
    }

    @cached_property
    def menu_url(self) -> str:
        """What is not paid; the rest is one filter away."""
        return f"{super().menu_url}?situation=open&situation=held"
