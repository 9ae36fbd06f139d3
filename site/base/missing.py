from django.http import Http404


class PageMissing(Http404):
    """A 404 whose message is a French sentence that the visitor may read."""
