from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

HASH_SALT = "users.session"


class UserManager(BaseUserManager["User"]):
    """Accounts are known by their e-mail address, kept in lower case."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        return super().normalize_email(email).lower()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.normalize_email(username))


class User(AbstractUser):
    username = None  # type: ignore[assignment]  # the e-mail address is the identifier
    email = models.EmailField(
        "adresse e-mail",
        unique=True,
        error_messages={"unique": "Un compte utilise déjà cette adresse e-mail."},
    )

    session_series = models.PositiveIntegerField("série des sessions", default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]  # narrower than Django's

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        constraints = [
            # With the unique column above: one account per address, whatever the capitals.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="users_user_email_in_lower_case",
                violation_error_message="L’adresse e-mail doit être en minuscules.",
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Another series, and no session that was opened before is worth anything."""
        text = f"{self.password}{self.session_series}"
        return salted_hmac(HASH_SALT, text, secret=secret, algorithm="sha256").hexdigest()
