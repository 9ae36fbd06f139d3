"""What ``make run`` uses: everything on this machine, nothing to configure."""

from config.env import env
from config.settings.base import *  # noqa: F403  settings modules extend one another

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = "clef-publique-reservee-au-poste-de-developpement"  # noqa: S105  protects nothing
INTERNAL_IPS = ["127.0.0.1"]
CLOCK_MAY_BE_MOVED = True
DEMO_LOGINS = True
