import json
from datetime import date

from base.templatetags.structured_data import json_ld


def test_data_cannot_close_the_script():
    markup = json_ld({"name": "</script><script>alert('&')</script>"})

    assert markup.count("<") == 2
    assert markup.startswith('<script type="application/ld+json">{')


def test_data_reads_back_unchanged():
    data = [{"name": "Évaluer & <noter>", "price": "1 188,00 €"}]

    markup = json_ld(data)

    text = markup.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert json.loads(text) == data


def test_dates_become_iso_dates():
    assert '"2026-11-18"' in json_ld({"startDate": date(2026, 11, 18)})
