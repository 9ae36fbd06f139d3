"""The permissions of the shop's back-office; the roles that hold them are in ``pages.installation``."""

from typing import Any

VIEW = "shop.view_order"
RESEND = "shop.resend_order"
MOVE = "shop.move_order"
RECORD_WITHDRAWAL = "shop.record_withdrawaldeclaration"
DECIDE = "shop.decide_withdrawaldeclaration"
SETTLE = "shop.settle_due"
PAUSE = "shop.pause_due"
REFUND = "shop.give_refund"
SETTINGS = "shop.change_salessettings"
VIEW_INVOICE = "shop.view_invoice"
CREDIT = "shop.issue_creditnote"
COMPOSE = "shop.compose_proposal"
MANAGE_COMPANY = "shop.manage_company"
EXPORT = "shop.export_accounting"
ACCOUNTS = "shop.change_accountingsettings"
DECIDE_FUNDING = "shop.decide_funding"
CONCLUDE = "shop.conclude_proposal"
NAME_PARTICIPANT = "shop.name_participant"
VIEW_TERMS = "legal.view_termsversion"
CHANGE_TERMS = "legal.change_termsversion"
RECORD_REQUEST = "shop.record_writtenrequest"
DECIDE_REQUEST = "shop.decide_writtenrequest"
ANSWER_CHANGE = "shop.answer_changerequest"
CANCEL_SESSION = "shop.cancel_session"
VIEW_PROPOSAL = "shop.view_proposal"
DECIDE_PAPER = "shop.decide_paperreturn"
ANSWER_COMPLAINT = "shop.answer_complaint"
VIEW_COLLECTION = "shop.view_collectioncase"
PURSUE = "shop.pursue_collectioncase"


def may_view(user: Any) -> bool:
    return bool(user.has_perm(VIEW))
