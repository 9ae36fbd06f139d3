"""What the tests look at after a declaration."""

from courses.models import CourseSession
from shop.orders.models import Order


def seats_taken(order):
    return CourseSession.objects.values_list("seats_taken", flat=True).get(pk=order.session_id)


def state(order):
    return Order.objects.values_list("state", flat=True).get(pk=order.pk)


def outcomes(declaration):
    return list(declaration.matches.values_list("order", "outcome"))
