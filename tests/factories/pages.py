import factory
import wagtail_factories

from courses.models import CatalogueIndexPage, CategoryPage
from pages.models import ContactMessage, ContactPage, HomePage, StandardPage


class HomePageFactory(wagtail_factories.PageFactory):
    title = "Accueil"
    slug = "accueil"
    hero_title = "Se former, près de chez soi"

    class Meta:
        model = HomePage


class StandardPageFactory(wagtail_factories.PageFactory):
    title = factory.Sequence(lambda n: f"Page {n}")

    class Meta:
        model = StandardPage


class ContactPageFactory(wagtail_factories.PageFactory):
    title = "Contact"
    slug = "contact"
    introduction = "Une question ? Écrivez-nous."
    thank_you_text = "Nous répondons sous deux jours ouvrés."

    class Meta:
        model = ContactPage


class CatalogueIndexPageFactory(wagtail_factories.PageFactory):
    title = "Formations"
    slug = "formations"

    class Meta:
        model = CatalogueIndexPage


class CategoryPageFactory(wagtail_factories.PageFactory):
    title = factory.Sequence(lambda n: f"Domaine {n}")

    class Meta:
        model = CategoryPage


class ContactMessageFactory(factory.django.DjangoModelFactory):
    reason = "information"
    name = "Visiteur"
    email = "visiteur@example.org"
    message = "Bonjour, quels sont les horaires ?"

    class Meta:
        model = ContactMessage
