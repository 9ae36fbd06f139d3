from django.urls import include, path

from legal.notices.urls import urlpatterns as notice_patterns

urlpatterns = [path("", include("legal.terms.urls")), *notice_patterns]
