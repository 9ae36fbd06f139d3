from pages.contact import ContactMessage, ContactPage
from pages.home import HomePage
from pages.standard import StandardPage

__all__ = ["ContactMessage", "ContactPage", "HomePage", "StandardPage"]
