from django.urls import path

from documents.views import document

urlpatterns = [path("documents/<str:token>/", document, name="document")]
