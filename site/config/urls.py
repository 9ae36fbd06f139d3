from django.urls import include, path, re_path

from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps import Sitemap
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from legal.sitemap import LegalPages
from pages.health import health
from pages.views import PUBLIC_FOLDERS, favicon, media, page, robots

SITEMAPS = {"pages": Sitemap, "legal": LegalPages}

urlpatterns = [
    path("", include("users.urls")),
    path("gestion/", include(wagtailadmin_urls)),
    path("", include("documents.urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("sante/", health, name="health"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", robots, name="robots"),
    path("favicon.ico", favicon, name="favicon"),
    path("", include("courses.urls")),
    path("", include("legal.urls")),
    path("", include("shop.urls")),
    path("", include("mail.urls")),
    *[path(f"media/{name}/<path:path>", media, {"folder": name}) for name in PUBLIC_FOLDERS],
    re_path(wagtail_urls.serve_pattern, page, name="wagtail_serve"),
    path("", include(wagtail_urls)),
]

handler403 = "pages.views.access_refused"
handler404 = "pages.views.page_not_found"
handler500 = "pages.views.server_error"
