"""What ``make run`` uses: everything on this machine, nothing to configure."""

from config.env import VAR_DIR, env
from config.settings.base import *  # noqa: F403  settings modules extend one another

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = "clef-publique-reservee-au-poste-de-developpement"  # noqa: S105  protects nothing
INTERNAL_IPS = ["127.0.0.1"]
CLOCK_MAY_BE_MOVED = True
DEMO_LOGINS = True

# The stand-in for Stripe, unless a trial key names the real one (shop.payments.standin).
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="sk_test_standin")
if STRIPE_SECRET_KEY == "sk_test_standin":  # noqa: S105  protects nothing
    STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="whsec_standin")
    STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="http://127.0.0.1:8099")
    STRIPE_CHECKOUT_ORIGIN = env.str("STRIPE_CHECKOUT_ORIGIN", default=STRIPE_API_BASE)

# Made by ``manage.py development_seal``; whatever is issued with it bears « SPÉCIMEN ».
if not env.str("SEAL_KEY", default="") and (VAR_DIR / "seal" / "seal.p12").is_file():
    SEAL_KEY = str(VAR_DIR / "seal" / "seal.p12")
    SEAL_KEY_PASSWORD = "developpement"  # noqa: S105  protects nothing
    SEAL_TSA_KEY = str(VAR_DIR / "seal" / "tsa.p12")
