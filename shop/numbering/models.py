from django.db import models


class SeriesCounter(models.Model):
    """The last place used in a series; its row is the lock of the numbering (law.md I-03)."""

    series = models.CharField("série", max_length=4, primary_key=True)
    year = models.PositiveSmallIntegerField("année")
    sequence = models.PositiveIntegerField("dernier rang", default=0)
    issued_on = models.DateField("dernière date")

    class Meta:
        verbose_name = "compteur de série"
        verbose_name_plural = "compteurs de séries"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.series}-{self.year}-{self.sequence:05d}"
