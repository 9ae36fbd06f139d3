from base.clock import JobRun
from base.images import CustomImage, CustomRendition
from base.organisation import Brand, Organisation

__all__ = ["Brand", "CustomImage", "CustomRendition", "JobRun", "Organisation"]
