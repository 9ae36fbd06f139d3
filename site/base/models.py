from base.clock import JobRun
from base.events import Event, EventLink
from base.images import CustomImage, CustomRendition
from base.organisation import Brand, Organisation

__all__ = [
    "Brand",
    "CustomImage",
    "CustomRendition",
    "Event",
    "EventLink",
    "JobRun",
    "Organisation",
]
