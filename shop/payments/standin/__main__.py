"""``python -m shop.payments.standin --port 8099 --state FILE``: until interrupted."""

import argparse
import signal
import sys
from pathlib import Path

from shop.payments.standin.server import DEFAULT_SECRET, NotLoopbackError, StandIn


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.state != ":memory:":
        Path(options.state).parent.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        standin = StandIn(
            options.port,
            host=options.host,
            state=options.state,
            webhook=options.webhook,
            webhook_secret=options.webhook_secret,
            merchant=options.merchant,
        )
    except NotLoopbackError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"Le port {options.port} ne peut pas être ouvert : {error.strerror}\n")
        return 1
    with standin:
        sys.stdout.write(f"Stripe d’essai : {standin.url}/\n")
        sys.stdout.flush()
        try:
            standin.wait()
        except KeyboardInterrupt:
            return 0
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m shop.payments.standin",
        description="Remplace Stripe sur cette machine, sans carte réelle ni réseau.",
    )
    parser.add_argument("--port", type=int, default=8099, help="port ; 0 pour un port libre")
    parser.add_argument("--host", default="127.0.0.1", help="adresse de boucle locale")
    parser.add_argument("--state", default=":memory:", help="fichier SQLite, ou :memory:")
    parser.add_argument("--webhook", default="", help="adresse du site qui reçoit les événements")
    parser.add_argument(
        "--webhook-secret", default=DEFAULT_SECRET, help="secret whsec_… des signatures"
    )
    parser.add_argument("--merchant", default="LEXOM", help="nom montré au client")
    return parser


if __name__ == "__main__":
    sys.exit(main())
