from legal.notices.mediator import Mediator
from legal.notices.models import Notice
from legal.rates.models import HalfYearRate

__all__ = ["HalfYearRate", "Mediator", "Notice"]
