from legal.terms.models import Acceptance, TermsVersion

__all__ = ["Acceptance", "TermsVersion"]
