from django.utils import timezone

import factory

from mail.models import OutgoingMessage


class OutgoingMessageFactory(factory.django.DjangoModelFactory):
    """A message that is due and that no task of the queue knows yet."""

    event_key = factory.Sequence(lambda n: f"essai-{n}")
    template = "essai"
    recipient = "cliente@example.org"
    from_email = "no-reply@localhost"
    subject = "Essai"
    text = "Bonjour.\n"
    html = "<p>Bonjour.</p>"
    message_id = factory.Sequence(lambda n: f"<essai-{n}@localhost>")
    next_attempt_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = OutgoingMessage
