"""The card that an individual may save: accepted, refused by the bank, declined, given up, resumed."""

from playwright.sync_api import expect

from tests.journeys.paying import (
    CONFIRMED_ONCE,
    GOOD_CARD,
    REFUSED_AT_ONCE,
    answer_the_bank,
    open_card_page,
    title_is,
    type_card,
)
from tests.journeys.test_order import order


def expect_saved(page, address, last4):
    title_is(page, "Votre carte est enregistrée. Rien n’a été débité.")
    page.goto(address)
    expect(page.get_by_role("main")).to_contain_text(f"Carte enregistrée : Visa •••• {last4}")


def test_bank_confirms_the_card(visitor_without_scripts):
    buyer = visitor_without_scripts
    order(buyer, "carte.confirmee@example.org")
    address = buyer.url
    open_card_page(buyer)
    type_card(buyer, CONFIRMED_ONCE)

    answer_the_bank(buyer, "Accepter")

    expect_saved(buyer, address, "3155")


def test_bank_refuses_the_card_and_another_one_is_saved(visitor_without_scripts):
    buyer = visitor_without_scripts
    order(buyer, "carte.refusee@example.org")
    address = buyer.url
    open_card_page(buyer)
    type_card(buyer, CONFIRMED_ONCE)

    answer_the_bank(buyer, "Refuser")

    expect(buyer.get_by_role("alert")).to_contain_text("L’authentification n’a pas abouti")
    type_card(buyer, GOOD_CARD)
    expect_saved(buyer, address, "4242")


def test_declined_card_is_told_where_it_was_typed(visitor_without_scripts):
    buyer = visitor_without_scripts
    order(buyer, "carte.declinee@example.org")
    address = buyer.url
    open_card_page(buyer)
    type_card(buyer, REFUSED_AT_ONCE)

    expect(buyer.get_by_role("alert")).to_contain_text("La carte n’a pas été acceptée")
    expect(buyer.get_by_label("Nom du titulaire")).to_have_value("Camille Essai")
    type_card(buyer, GOOD_CARD)
    expect_saved(buyer, address, "4242")


def test_card_page_left_on_the_way_is_resumed(visitor_without_scripts):
    buyer = visitor_without_scripts
    order(buyer, "carte.plus.tard@example.org")
    address = buyer.url
    open_card_page(buyer)
    hosted_page = buyer.url

    buyer.get_by_role("link", name="Annuler et retourner").click()
    title_is(buyer, "Votre carte n’est pas encore enregistrée")
    expect(buyer.get_by_role("main")).to_contain_text("Rien n’a été débité")
    buyer.get_by_role("link", name="Suivre ma commande").click()
    expect(buyer).to_have_url(address)
    expect(buyer.get_by_role("main")).not_to_contain_text("Carte enregistrée")

    open_card_page(buyer)
    expect(buyer).to_have_url(hosted_page)
    buyer.get_by_role("link", name="Annuler et retourner").click()
    buyer.get_by_role("link", name="Reprendre l’enregistrement").click()
    type_card(buyer, GOOD_CARD)

    expect_saved(buyer, address, "4242")
