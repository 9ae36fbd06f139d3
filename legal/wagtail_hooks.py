from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

import legal.terms.admin_urls  # noqa: F401  registers the pages about a version
from legal.terms.admin import LegalTextsGroup
from legal.terms.models import TermsVersion
from legal.terms.policy import TermsPermissionPolicy

register_permission_policy(TermsVersion, TermsPermissionPolicy(TermsVersion))
register_snippet(LegalTextsGroup)
