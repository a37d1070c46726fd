"""What an exception of botocore says of a call."""

from __future__ import annotations

from typing import Final

import msgspec
from botocore import exceptions
from botocore.parsers import ResponseParserError

from auditor.snapshots.model import Outcome

_DENIED: Final = frozenset(
    (
        "AccessDenied",
        "AccessDeniedException",
        "AccessDeniedFault",
        "AuthorizationError",
        "AuthorizationErrorException",
        "ForbiddenException",
        "NotAuthorized",
        "UnauthorizedException",
        "UnauthorizedOperation",
        "UnauthorizedAccess",
    )
)
_THROTTLED: Final = frozenset(
    (
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    )
)
"""The codes that botocore's own retry rules take for throttling."""
_NOT_ENABLED: Final = frozenset(("OptInRequired", "SubscriptionRequiredException", "InvalidClientTokenId"))
"""What AWS answers in a region, or for a service, that the account has not enabled (EC2 User Guide, "Regions")."""
_NOT_TAKEN: Final = frozenset(("AuthFailure", "InvalidAccessKeyId", "InvalidToken", "UnrecognizedClientException"))
"""How the other protocols say InvalidClientTokenId: session tokens of the global endpoint of STS, for instance, are not
taken by regions that an account has to enable (IAM User Guide, "Managing AWS STS in an AWS Region")."""
_UNKNOWN_OPERATION: Final = frozenset(
    ("InvalidAction", "UnknownOperation", "UnknownOperationException", "NotImplemented", "UnsupportedOperation")
)
_EXPIRED: Final = frozenset(("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"))
_SIGN_IN: Final = frozenset(
    (
        "AssumeRole",
        "AssumeRoleWithSAML",
        "AssumeRoleWithWebIdentity",
        "CreateOAuth2Token",
        "CreateToken",
        "GetRoleCredentials",
    )
)
"""Operations by which botocore renews credentials within another call, whose failure they then seem to be."""
CREDENTIALS: Final = (
    exceptions.CredentialRetrievalError,
    exceptions.LoginError,
    exceptions.NoAuthTokenError,
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.SSOError,
    exceptions.TokenRetrievalError,
)
"""What botocore raises where there are no credentials, or where they cannot be renewed (Identity Center, processes)."""


class Failure(msgspec.Struct, frozen=True):
    """A call that was not answered."""

    outcome: Outcome
    code: str
    why: str = ""
    status: int = 0
    request_id: str = ""
    passing: bool = False
    """Whether it may be answered another time."""
    expired: bool = False
    """The credentials have run out: nothing else will be answered either."""


def failure(error: Exception, absent: tuple[str, ...]) -> Failure:
    """What came of the call; only an error code that the call names as such says that nothing is set."""
    if isinstance(error, exceptions.ClientError):
        return _answered(error, absent)
    name = type(error).__name__
    if isinstance(error, CREDENTIALS):
        return Failure(Outcome.DENIED, name, "expired-credentials", passing=True, expired=True)
    if isinstance(error, exceptions.EndpointConnectionError):
        return Failure(Outcome.FAILED, name, "no-connection", passing=True)
    if isinstance(error, exceptions.ReadTimeoutError | exceptions.ConnectTimeoutError):
        return Failure(Outcome.FAILED, name, "timeout", passing=True)
    if isinstance(error, exceptions.HTTPClientError):
        return Failure(Outcome.FAILED, name, "no-connection", passing=True)
    if isinstance(error, exceptions.IncompleteReadError | ResponseParserError):
        # cut off, or not of the service itself but of something on the way to it
        return Failure(Outcome.FAILED, name, "unreadable-answer", passing=True)
    if isinstance(error, exceptions.ParamValidationError | exceptions.UnknownServiceError):
        # what another answer gave is not what this operation takes: nothing is known of it
        return Failure(Outcome.FAILED, name, "not-askable")
    return Failure(Outcome.FAILED, name, "unreadable-answer")


def _answered(error: exceptions.ClientError, absent: tuple[str, ...]) -> Failure:
    said = error.response.get("Error", {})
    meta = error.response.get("ResponseMetadata", {})
    code = str(said.get("Code", ""))
    status = int(meta.get("HTTPStatusCode", 0) or 0)
    request_id = str(meta.get("RequestId", ""))
    if error.operation_name in _SIGN_IN:
        return Failure(Outcome.DENIED, code, "expired-credentials", status, request_id, passing=True, expired=True)
    if any(_is(one, code, str(said.get("Message", ""))) for one in absent):
        return Failure(Outcome.ABSENT, code, "", status, request_id)
    if code in _THROTTLED:
        return Failure(Outcome.FAILED, code, "throttled", status, request_id, passing=True)
    if code in _EXPIRED:
        return Failure(Outcome.DENIED, code, "expired-credentials", status, request_id, passing=True, expired=True)
    if code in _NOT_ENABLED:
        return Failure(Outcome.DENIED, code, "not-enabled", status, request_id)
    if code in _NOT_TAKEN:
        return Failure(Outcome.DENIED, code, "credentials-not-taken", status, request_id)
    if code in _UNKNOWN_OPERATION or (status in (404, 501) and code in ("404", "501", "")):
        return Failure(Outcome.FAILED, code or str(status), "unknown-operation", status, request_id)
    if code in _DENIED or status in (401, 403):
        # the message names the kind of policy that denied, and is not kept, for it may name anything else
        message = str(said.get("Message", ""))
        why = "service-control-policy" if "service control policy" in message else ""
        return Failure(Outcome.DENIED, code or str(status), why, status, request_id)
    if status >= 500:
        return Failure(Outcome.FAILED, code or str(status), "service-error", status, request_id, passing=True)
    return Failure(Outcome.FAILED, code or str(status), "refused", status, request_id)


def _is(one: str, code: str, message: str) -> bool:
    """Whether the error is the one that a call names, by its code alone or also by words of its message."""
    named, _, words = one.partition(": ")
    return code == named and words in message
