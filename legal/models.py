from legal.notices.mediator import Mediator
from legal.notices.models import Notice
from legal.rates.models import HalfYearRate
from legal.terms.models import Acceptance, TermsVersion

__all__ = ["Acceptance", "HalfYearRate", "Mediator", "Notice", "TermsVersion"]
