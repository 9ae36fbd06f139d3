from django.urls import include, path

from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from pages.health import health
from pages.views import PUBLIC_FOLDERS, favicon, media, robots

urlpatterns = [
    path("", include("users.urls")),
    path("gestion/", include(wagtailadmin_urls)),
    path("", include("documents.urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("sante/", health, name="health"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("robots.txt", robots, name="robots"),
    path("favicon.ico", favicon, name="favicon"),
    path("", include("courses.urls")),
    path("", include("legal.urls")),
    path("", include("shop.urls")),
    path("", include("mail.urls")),
    *[path(f"media/{name}/<path:path>", media, {"folder": name}) for name in PUBLIC_FOLDERS],
    path("", include(wagtail_urls)),
]

handler404 = "pages.views.page_not_found"
handler500 = "pages.views.server_error"
