"""Who may do what: one table, applied as often as one likes."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission

from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from users.roles import Role

CATALOGUE_MODELS = ("courses.coursesession", "courses.venue", "courses.trainer")
TERMS = "legal.termsversion"
LEGAL_MODELS = ("legal.notice", "legal.halfyearrate")
WAITING = ("courses.view_waitingentry", "courses.manage_waitingentry")
SHOP = (
    "shop.order", "shop.proposal", "shop.company", "shop.due", "shop.refund",
    "shop.withdrawaldeclaration", "shop.agreement", "shop.changerequest", "shop.funding",
    "shop.sessioncancellation",
    "shop.complaint",
    "shop.collectioncase",
    "shop.writtenrequest",
)  # fmt: skip
PROOF = ("documents.issueddocument", "mail.outgoingmessage")
LIBRARY = ("wagtailimages.image", "wagtaildocs.document")


def full(*models: str) -> list[str]:
    return [
        f"{app}.{verb}_{name}"
        for app, name in (model.split(".") for model in models)
        for verb in ("view", "add", "change", "delete")
    ]


def read(*models: str) -> list[str]:
    return [f"{app}.view_{name}" for app, name in (model.split(".") for model in models)]


ADMIN = "wagtailadmin.access_admin"
MODEL_PERMISSIONS = {
    Role.EDITING: [
        ADMIN,
        *full("courses.venue", "courses.trainer", TERMS),
        *read(*CATALOGUE_MODELS, "legal.notice"),
        "legal.add_notice",
        "legal.change_notice",
    ],
    Role.PUBLISHING: [
        ADMIN,
        *full(*CATALOGUE_MODELS, TERMS, *LEGAL_MODELS),
        "legal.approve_termsversion",
        "legal.publish_notice",
        "legal.change_mediator",
        "base.change_organisation",
        *WAITING,
        *read("pages.contactmessage", *PROOF),
    ],
    Role.SALES: [
        ADMIN,
        *full(*CATALOGUE_MODELS),
        *read("pages.contactmessage", TERMS, *LEGAL_MODELS, *PROOF, *SHOP),
        "pages.change_contactmessage",
        "mail.resend_outgoingmessage",
        "shop.resend_order",
        "shop.manage_company",
        "shop.move_order",
        "shop.record_withdrawaldeclaration",
        "shop.decide_withdrawaldeclaration",
        "shop.conclude_proposal",
        "shop.name_participant",
        "shop.answer_changerequest",
        "shop.cancel_session",
        "shop.record_writtenrequest",
        "shop.decide_writtenrequest",
        "shop.decide_paperreturn",
        "shop.answer_complaint",
        *full("shop.answertemplate"),
        "shop.view_invoice",
        "shop.compose_proposal",
        "shop.decide_funding",
        *WAITING,
    ],
    Role.ACCOUNTING: [
        ADMIN,
        *read(*CATALOGUE_MODELS, TERMS, "legal.notice", *PROOF, *SHOP),
        *full("legal.halfyearrate", "shop.invoicemention"),
        "shop.view_invoice",
        "shop.issue_creditnote",
        "shop.export_accounting",
        "shop.pursue_collectioncase",
        "shop.settle_due",
        "shop.pause_due",
        "shop.give_refund",
        "shop.change_accountingsettings",
        "shop.change_salessettings",
    ],
}
PAGE_PERMISSIONS = {
    Role.EDITING: ["add_page", "change_page"],
    Role.PUBLISHING: ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"],
}
LIBRARY_PERMISSIONS = {
    Role.EDITING: ["add", "change", "choose"],
    Role.PUBLISHING: ["add", "change", "choose"],
    Role.SALES: ["choose"],
}
WAGTAIL_DEFAULT_GROUPS = ("Editors", "Moderators")


def set_up_groups(root_page: Page) -> None:
    """Creates the four groups with exactly the permissions of the tables above."""
    Group.objects.filter(name__in=WAGTAIL_DEFAULT_GROUPS, user__isnull=True).delete()
    root_collection = Collection.get_first_root_node()
    for role in Role:
        group, _ = Group.objects.get_or_create(name=role.value)
        group.permissions.set(permissions(MODEL_PERMISSIONS[role]))
        _grant_pages(group, root_page, PAGE_PERMISSIONS.get(role, []))
        _grant_library(group, root_collection, LIBRARY_PERMISSIONS.get(role, []))


def permissions(names: Iterable[str]) -> list[Permission]:
    """Permission rows of ``app.codename`` names; raises Permission.DoesNotExist for a wrong one."""
    return [
        Permission.objects.get(content_type__app_label=app, codename=codename)
        for app, codename in (name.split(".") for name in dict.fromkeys(names))
    ]


def _grant_pages(group: Group, root_page: Page, codenames: Iterable[str]) -> None:
    wanted = Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=codenames
    )
    GroupPagePermission.objects.filter(group=group).exclude(permission__in=wanted).delete()
    for permission in wanted:
        GroupPagePermission.objects.get_or_create(
            group=group, page=root_page, permission=permission
        )


def _grant_library(group: Group, collection: Collection, verbs: Iterable[str]) -> None:
    names = [
        f"{app}.{verb}_{model}"
        for app, model in (item.split(".") for item in LIBRARY)
        for verb in verbs
    ]
    wanted = permissions(names)
    GroupCollectionPermission.objects.filter(group=group).exclude(permission__in=wanted).delete()
    for permission in wanted:
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=collection, permission=permission
        )
