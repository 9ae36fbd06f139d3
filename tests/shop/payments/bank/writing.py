"""Statements as banks write them, from entries."""

import csv
from io import StringIO
from xml.sax.saxutils import escape

ACCOUNT = "FR7630006000011234567890189"
PAYER_ACCOUNT = "FR1420041010050500013M02606"


def camt(entries, *, version="08", account=ACCOUNT, namespace=None, prefix="", more=""):
    """``more`` is XML of other movements of the account."""
    uri = namespace or f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    declared = f'xmlns:{prefix}="{uri}"' if prefix else f'xmlns="{uri}"'
    body = "".join(entry_xml(entry, version) for entry in entries) + more
    xml = (
        f"<Document><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>1</Id>"
        f"<Acct><Id><IBAN>{account}</IBAN></Id></Acct>{body}</Stmt></BkToCstmrStmt></Document>"
    )
    if prefix:
        xml = xml.replace("</", "\0").replace("<", f"<{prefix}:").replace("\0", f"</{prefix}:")
    document = f"{prefix}:Document" if prefix else "Document"
    xml = xml.replace(f"<{document}>", f"<{document} {declared}>", 1)
    return f'<?xml version="1.0" encoding="UTF-8"?>{xml}'.encode()


def movement(*, amount="12.00", way="CRDT", status="BOOK", version="08", more="", details=""):
    state = status if version == "02" else f"<Cd>{status}</Cd>"
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>{more}<Sts>{state}</Sts>'
        f"<BookgDt><Dt>2026-11-25</Dt></BookgDt><AcctSvcrRef>B1</AcctSvcrRef>{details}</Ntry>"
    )


def entry_xml(entry, version):
    state = "BOOK" if version == "02" else "<Cd>BOOK</Cd>"
    payer = f"<Nm>{escape(entry.payer)}</Nm>"
    party = payer if version == "02" else f"<Pty>{payer}</Pty>"
    value = f"<ValDt><Dt>{entry.value_on}</Dt></ValDt>" if entry.value_on else ""
    reversal = "<RvslInd>true</RvslInd>" if entry.is_reversal else ""
    return (
        f'<Ntry><Amt Ccy="{entry.currency}">{entry.amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>{reversal}'
        f"<Sts>{state}</Sts><BookgDt><Dt>{entry.booked_on}</Dt></BookgDt>{value}"
        f"<NtryDtls><TxDtls><Refs><AcctSvcrRef>{escape(entry.bank_reference)}</AcctSvcrRef>"
        f"<EndToEndId>{escape(entry.end_to_end) or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f"<RltdPties><Dbtr>{party}</Dbtr><DbtrAcct><Id><IBAN>{entry.payer_iban}</IBAN></Id></DbtrAcct>"
        f"</RltdPties><RmtInf><Ustrd>{escape(entry.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


COLUMNS = {
    "Date comptable": lambda e, number, day: day(e.booked_on),
    "Libellé de l’opération": lambda e, number, day: e.text,
    "Montant (EUR)": lambda e, number, day: number(e.amount),
    "Référence": lambda e, number, day: e.bank_reference,
    "Date de valeur": lambda e, number, day: day(e.value_on) if e.value_on else "",
    "Donneur d'ordre": lambda e, number, day: e.payer,
    "IBAN émetteur": lambda e, number, day: e.payer_iban,
}


def french(amount):
    return f"{amount:,.2f}".translate(str.maketrans(",.", "\u00a0,"))


def french_day(day):
    return f"{day:%d/%m/%Y}"


def sheet(
    entries,
    *,
    separator=";",
    encoding="utf-8",
    order=None,
    preamble=(),
    number=french,
    day=french_day,
):
    names = order or list(COLUMNS)
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, delimiter=separator)
    writer.writerows(preamble)
    writer.writerow(names)
    for entry in entries:
        writer.writerow([COLUMNS[name](entry, number, day) for name in names])
    return buffer.getvalue().encode(encoding)
