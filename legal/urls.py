from django.urls import include, path

urlpatterns = [path("", include("legal.terms.urls"))]
