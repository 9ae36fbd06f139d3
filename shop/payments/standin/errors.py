"""Stripe's error bodies: type, code, parameter, and the objects that an error carries."""

from typing import Any

Json = dict[str, Any]

DOC_URL = "https://docs.stripe.com/error-codes/"


class ApiError(Exception):
    """``keeps``: what was done before the error stays, as a declined intent does.
    ``recorded``: the answer belongs to the idempotency key and is replayed for it.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        keeps: bool = False,
        recorded: bool = True,
        **carried: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.keeps = keeps
        self.recorded = recorded
        self.body: Json = {"message": message, "type": kind, **carried}
        if code:
            self.body |= {"code": code, "doc_url": DOC_URL + code.replace("_", "-")}
        if param:
            self.body["param"] = param


def refused_parameter(message: str, code: str | None, param: str) -> ApiError:
    """A request that fails validation began nothing: its key stays free."""
    return ApiError(message, code=code, param=param, recorded=False)


def unknown_parameter(name: str) -> ApiError:
    return refused_parameter(f"Received unknown parameter: {name}", "parameter_unknown", name)


def missing_parameter(name: str) -> ApiError:
    return refused_parameter(f"Missing required param: {name}.", "parameter_missing", name)


def no_such(kind: str, identifier: str, *, param: str = "id") -> ApiError:
    """404 for the object that the address names, 400 for one that a parameter names."""
    return ApiError(
        f"No such {kind}: '{identifier}'",
        status=404 if param == "id" else 400,
        code="resource_missing",
        param=param,
    )


def not_offered(feature: str, param: str | None = None) -> ApiError:
    """Stripe knows it and this stand-in does not: better a clear refusal than a false success."""
    return ApiError(
        f"The stand-in does not offer {feature}.", code="standin_not_offered", param=param
    )
