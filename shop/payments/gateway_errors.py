"""What may go wrong between us and Stripe."""


class GatewayError(Exception):
    """Stripe did not do what was asked; the message is for staff and logs."""


class Unanswered(GatewayError):
    """Nobody knows whether the call was performed: the same key must be sent again, or looked for."""


class Refused(GatewayError):
    """Stripe understood and refused for a reason that no repetition changes."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class NotConfigured(Refused):
    pass


class BadSignature(Exception):
    """The body did not come from Stripe, or not now."""
