import os
import tempfile
from pathlib import Path

os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="lexom-test-"))

from config.settings.base import *  # noqa: F403  reads VAR_DIR, set above

SECRET_KEY = "clef-des-tests"  # noqa: S105  protects nothing
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "private": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = Path(os.environ["VAR_DIR"]) / "static"
PAGE_CACHE_BYTES = 0  # tests change content inside transactions that never commit
CLOCK_MAY_BE_MOVED = True
DEMO_LOGINS = True
# Nobody listens there: a test that pays starts its own stand-in.
STRIPE_SECRET_KEY = "sk_test_standin"  # noqa: S105  protects nothing
STRIPE_WEBHOOK_SECRET = "whsec_test"  # noqa: S105  same
STRIPE_API_BASE = STRIPE_CHECKOUT_ORIGIN = "http://127.0.0.1:9"
