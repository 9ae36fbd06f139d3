from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template import loader
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.static import serve

from wagtail.views import serve as wagtail_serve

from base.missing import PageMissing
from base.private_pages import ForeignPost, hide
from base.published import site_of

# Documents of the library stay out: their own view checks who may read them.
PUBLIC_FOLDERS = ("images", "original_images")


def page(request: HttpRequest, path: str) -> HttpResponseBase:
    """Wagtail's own view, once the site is known: it would ask the database again each time."""
    site_of(request)
    response: HttpResponseBase = wagtail_serve(request, path)
    return response


@cache_control(max_age=3600, public=True)
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /gestion/",
        "Disallow: /compte/",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponsePermanentRedirect(static("base/icon.svg"))


def media(request: HttpRequest, folder: str, path: str) -> FileResponse | HttpResponse:
    return serve(request, path, document_root=str(Path(settings.MEDIA_ROOT, folder)))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A French 404 that offers the search; says what is missing when the view knew it."""
    reason = str(exception) if isinstance(exception, PageMissing) else ""
    return render(request, "404.html", {"reason": reason}, status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Gives back the message that was typed: the browser may not remember it."""
    return _not_sent(request, is_foreign=False)


def access_refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A form sent from elsewhere is no lack of rights, and its sender is told how to go on."""
    if isinstance(exception, ForeignPost):
        return _not_sent(request, is_foreign=True)
    return render(request, "403.html", status=403)


def _not_sent(request: HttpRequest, *, is_foreign: bool) -> HttpResponse:
    context = {"message": request.POST.get("message", ""), "is_foreign": is_foreign}
    response = render(request, "403_csrf.html", context, status=403)
    hide(response)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without context processors or database: whatever failed must not fail again."""
    return HttpResponse(loader.get_template("500.html").render(), status=500)
