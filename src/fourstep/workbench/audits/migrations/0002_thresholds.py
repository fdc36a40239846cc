"""The thresholds that audits begin with: met 90/80/90/80, exceeded 95/90/95/90, as the shipped table of the command line has them."""

import datetime as dt

from django.db import migrations

BEGINS = dt.date(2013, 4, 1)
LEAST = {"met": (90, 80, 90, 80), "exceeded": (95, 90, 95, 90)}
AREAS = ("primary_diagnosis", "secondary_diagnoses", "primary_procedure", "secondary_procedures")


def put(apps, schema_editor):
    threshold = apps.get_model("audits", "Threshold")
    for level, numbers in LEAST.items():
        for area, least in zip(AREAS, numbers, strict=True):
            threshold.objects.create(begins=BEGINS, level=level, area=area, least=least)


def take_away(apps, schema_editor):
    apps.get_model("audits", "Threshold").objects.filter(begins=BEGINS).delete()


class Migration(migrations.Migration):
    dependencies = [("audits", "0001_initial")]

    operations = [migrations.RunPython(put, take_away)]
