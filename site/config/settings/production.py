from config.env import env, required
from config.settings.base import *  # noqa: F403  settings modules extend one another

SECRET_KEY = required("SECRET_KEY")
SITE_URL = required("SITE_URL")
required("DATABASE_URL")
required("EMAIL_URL")

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# One proxy of ours in front: its X-Forwarded-For names the visitor whose attempts are limited.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]
