from django.urls import path, register_converter

from legal.terms import views


class TermsNumberConverter:
    regex = r"[0-9]{4}-[0-9]{1,3}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(TermsNumberConverter, "terms_number")

urlpatterns = [
    path("cgv/", views.current_terms, name="terms"),
    path("cgv/archives/", views.archives, name="terms_archives"),
    path("cgv/comparer/", views.comparison, name="terms_comparison"),
    path("cgv/<terms_number:number>/", views.terms_version, name="terms_version"),
    path("cgv/<terms_number:number>.pdf", views.terms_pdf, name="terms_pdf"),
]
