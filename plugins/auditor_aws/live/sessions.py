"""Sessions and clients: what is costly is made once and shared.

Service models are read once a process (one loader for all sessions), the bundle of certificates is loaded into one
TLS context instead of once a connection, and a client is made once for each service and region and used by all
threads, which botocore allows.
"""

from __future__ import annotations

import functools
import os
import socket
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import botocore.session
import msgspec
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    LoginError,
    SSOError,
    TokenRetrievalError,
    UnknownRegionError,
)
from botocore.httpsession import URLLib3Session, create_urllib3_context, get_cert_path
from botocore.loaders import Loader, create_loader

from auditor.errors import InputError, UsageError
from auditor_aws.live.answers import partition_of

_CONNECTIONS: Final = 48
_ATTEMPTS: Final = 8
_CONFIG: Final = Config(
    connect_timeout=10,
    read_timeout=60,
    max_pool_connections=_CONNECTIONS,
    user_agent_extra="jichitai-cloud-auditor",
    s3={"addressing_style": "auto"},
)

_HOSTS: Final = 512
"""Services and regions whose connections are kept for the next call; urllib3 keeps ten without being told."""
_MAIN_REGIONS: Final = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""Partition -> the region that signs for its services without regions, as botocore's endpoints have it."""
_SKEWED: Final = frozenset(
    ("InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch")
)
"""What is answered where the clock of this machine is wrong, among other things."""

_loader: Loader | None = None
_lock = threading.Lock()
_credentials: dict[tuple[str, ...], Any] = {}
"""Profile and environment -> credentials, which all sessions share: one request for a one-time password, and one token
of Identity Center, do for all accounts."""
_resolving = threading.Lock()


class RefusedRoleError(InputError):
    """A role may not be taken on, or there is none of that name."""


class RoleChoice(msgspec.Struct, frozen=True):
    """A role to take on before asking."""

    arn: str
    external_id: str = ""
    session_name: str = "jichitai-cloud-auditor"
    tags: Mapping[str, str] = {}


class SignIn(msgspec.Struct, frozen=True):
    """How to sign in to an account: the caller's own credentials, then roles, one after the other."""

    profile: str = ""
    roles: tuple[RoleChoice, ...] = ()


@functools.cache
def _context(verify: bool | str) -> Any:
    """The TLS context for a bundle of certificates; the bundle is read once a process."""
    context = create_urllib3_context()
    if verify is not False:
        context.load_verify_locations(cafile=get_cert_path(verify))
    return context


class _Http(URLLib3Session):  # type: ignore[misc]  # botocore has no types
    """Connections of all clients of an account, with a TLS context that has its certificates already."""

    def __init__(self, verify: Any, proxies: Mapping[str, str], settings: Mapping[str, Any]) -> None:
        self._context = _context(True if verify is None else verify)
        super().__init__(
            verify=verify is not False,
            proxies=dict(proxies),
            proxies_config=dict(settings),
            timeout=(_CONFIG.connect_timeout, _CONFIG.read_timeout),
            max_pool_connections=_CONNECTIONS,
        )

    def _get_pool_manager_kwargs(self, **extra: Any) -> dict[str, Any]:
        return {**super()._get_pool_manager_kwargs(**extra), "num_pools": _HOSTS}

    def _get_ssl_context(self) -> Any:
        return self._context

    def _setup_ssl_cert(self, conn: Any, url: str, verify: Any) -> None:
        conn.cert_reqs = "CERT_REQUIRED" if url.lower().startswith("https") and verify else "CERT_NONE"
        conn.ca_certs = None


class Account:
    """The clients of one account."""

    def __init__(self, session: botocore.session.Session, account: str, caller: str) -> None:
        self._session = session
        self.account = account
        self.caller = caller
        """ARN of the principal that asks."""
        self._clients: dict[tuple[str, str], Any] = {}
        self._making = threading.Lock()
        self._https: dict[tuple[tuple[str, str], ...], _Http] = {}
        """Proxies -> connections by way of them; hosts that the environment excepts have none."""

    def client(self, service: str, region: str) -> Any:
        """The client of a service in a region, made at the first time it is asked for."""
        found = self._clients.get((service, region))
        if found is None:
            with self._making:
                found = self._clients.get((service, region))
                if found is None:
                    found = self._clients[service, region] = self._make(service, region)
        return found

    def release(self, service: str, region: str) -> None:
        """Let go of a client that is not needed again: there is one a service and region, and together they fill the memory."""
        self._clients.pop((service, region), None)

    @property
    def main_region(self) -> str:
        """Where the services without regions answer in the partition of the account."""
        return _MAIN_REGIONS.get(partition_of(self.caller), "us-east-1")

    def home(self, region: str) -> str:
        """The region of a service without regions whose home in the partition ``aws`` is ``region``."""
        return _MAIN_REGIONS.get(partition_of(self.caller), region)

    def offered(self, service: str, region: str) -> bool:
        """Whether there is such a service in the region; True where nobody can tell.

        The list of botocore is older than some regions and services: one that is not on it and whose endpoint has an
        address is asked nevertheless.
        """
        known = _offers(self._session, service, region)
        if not known or region in known:
            return True
        if self._session.get_config_variable("endpoint_url"):
            return False
        try:
            return _has_address(self.client(service, region).meta.endpoint_url)
        except BotoCoreError:
            return False

    def _make(self, service: str, region: str) -> Any:
        client = self._session.create_client(service, region_name=region, config=_config(self._session))
        if service == "s3control" and "amazonaws.com" not in client.meta.endpoint_url:
            client.meta.events.register("before-sign.s3-control", _without_account)
        http = client._endpoint.http_session
        proxies = http._proxy_config._proxies or {}
        key = tuple(sorted(proxies.items()))
        shared = self._https.get(key)
        if shared is None:
            shared = self._https[key] = _Http(http._verify, proxies, http._proxy_config.settings)
        http.close()
        client._endpoint.http_session = shared
        return client


def _without_account(request: Any, **_: Any) -> None:
    """The rules of this API's endpoint put the account before the host, which ``inject_host_prefix`` does not stop."""
    account = request.headers.get("x-amz-account-id", "")
    scheme, _, rest = request.url.partition("://")
    request.url = f"{scheme}://{rest.removeprefix(f'{account}.')}" if account else request.url


_OFFERS: dict[tuple[str, str], frozenset[str]] = {}


def _offers(session: botocore.session.Session, service: str, region: str) -> frozenset[str]:
    try:
        partition = session.get_partition_for_region(region)
    except UnknownRegionError:
        return frozenset()
    known = _OFFERS.get((service, partition))
    if known is None:
        known = _OFFERS[service, partition] = frozenset(session.get_available_regions(service, partition))
    return known


def _has_address(url: str) -> bool:
    """Whether the name of a server is known; True where the servers of names do not answer."""
    try:
        socket.getaddrinfo(urlsplit(url).hostname, 443)
    except socket.gaierror as error:
        return error.errno != socket.EAI_NONAME
    return True


def _config(session: botocore.session.Session) -> Config:
    # "standard" gives up after a few tries; "adaptive" slows down as the service asks for it
    attempts = session.get_config_variable("max_attempts") or _ATTEMPTS
    config = _CONFIG.merge(Config(retries={"mode": "adaptive", "total_max_attempts": attempts}))
    if session.get_config_variable("endpoint_url"):
        # an endpoint that the user names for all services takes no host names of its own
        return config.merge(Config(inject_host_prefix=False, s3={"addressing_style": "path"}))
    return config


def _session(profile: str = "", credentials: Any = None) -> botocore.session.Session:
    global _loader  # one for the process, made when it is first needed
    with _lock:
        if _loader is None:
            _loader = create_loader()
    session = botocore.session.Session(profile=profile or None)
    session.register_component("data_loader", _loader)
    if credentials is None:
        credentials = _own(session, profile)
    session._credentials = credentials
    return session


def _own(session: botocore.session.Session, profile: str) -> Any:
    """The caller's own credentials; ``None`` where there are none.  Raises what botocore raises for broken ones."""
    key = (profile, *sorted(f"{name}={value}" for name, value in os.environ.items() if name.startswith("AWS_")))
    with _resolving:
        found = _credentials.get(key)
        if found is None and (found := session.get_credentials()) is not None:
            _credentials[key] = found
        return found


def _taken_on(session: botocore.session.Session, profile: str, role: RoleChoice, region: str) -> Any:
    """A session as a role.  Its credentials are taken anew before they run out: an hour, where roles follow roles."""
    client = session.create_client("sts", region_name=region, config=_config(session))

    def take() -> dict[str, Any]:
        given = client.assume_role(**_request(role))["Credentials"]
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": given["Expiration"].isoformat(),
        }

    return _session(profile, RefreshableCredentials.create_from_metadata(take(), take, "assume-role"))


def sign_in(how: SignIn) -> Account:
    """The account that the credentials lead to.

    Raises :class:`RefusedRoleError` where the last role is refused, another :class:`InputError` where there are no
    credentials, where they are refused or have run out, and where nobody answers.
    """
    try:
        session = _session(how.profile)
        region = session.get_config_variable("region") or "us-east-1"
        for role in how.roles:
            session = _taken_on(session, how.profile, role, region)
        account = Account(session, "", "")
        caller = account.client("sts", region).get_caller_identity()
    except ClientError as error:
        raise _refused(error, how) from None
    except (SSOError, LoginError, TokenRetrievalError) as error:
        profile = f" --profile {how.profile}" if how.profile else ""
        raise InputError(
            f"IAM Identity Center 等のサインインの期限が切れているか、まだサインインしていません（{type(error).__name__}）。"
            f"`aws sso login{profile}` でサインインし直してください。",
            f"the sign-in to IAM Identity Center has run out, or there was none ({type(error).__name__}); sign in with "
            f"`aws sso login{profile}`.",
        ) from None
    except BotoCoreError as error:
        raise InputError(
            f"AWS の認証情報を使えません（{type(error).__name__}）。プロファイル又は環境変数を確かめてください。",
            f"the credentials of AWS cannot be used ({type(error).__name__}); check the profile or the environment.",
        ) from None
    account.account = str(caller["Account"])
    account.caller = str(caller["Arn"])
    return account


def _refused(error: ClientError, how: SignIn) -> InputError:
    code = error.response.get("Error", {}).get("Code", "")
    whom = f" {how.roles[-1].arn} " if how.roles else ""
    hint_ja, hint_en = "", ""
    if code in _SKEWED:
        hint_ja, hint_en = "この端末の時計、", "the clock of this machine, "
    # credentials that ran out, or a throttled call, are no word on the role
    refuses = bool(how.roles) and error.operation_name == "AssumeRole" and code.startswith("AccessDenied")
    kind = RefusedRoleError if refuses else InputError
    return kind(
        f"AWS にサインインできません（{whom}{code}）。{hint_ja}認証情報、ロールの ARN、外部 ID を確かめてください。",
        f"signing in to AWS was refused ({whom}{code}); check {hint_en}the credentials, the role's ARN and the external "
        "id.",
    )


def _request(role: RoleChoice) -> dict[str, Any]:
    request: dict[str, Any] = {"RoleArn": role.arn, "RoleSessionName": role.session_name}
    if role.external_id:
        request["ExternalId"] = role.external_id
    if role.tags:
        request["Tags"] = [{"Key": key, "Value": value} for key, value in role.tags.items()]
    return request


def role_from(text: str, option: str) -> str:
    """An ARN of a role, checked.  Raises :class:`UsageError`."""
    parts = text.split(":", 5)
    if len(parts) == 6 and parts[0] == "arn" and parts[2] == "iam" and parts[5].startswith("role/"):
        return text
    raise UsageError(
        f"{option} {text}: ロールの ARN（arn:aws:iam::123456789012:role/名前）を指定してください。",
        f"{option} {text}: give the ARN of a role (arn:aws:iam::123456789012:role/NAME).",
    )


__all__: Sequence[str] = ("Account", "RefusedRoleError", "RoleChoice", "SignIn", "role_from", "sign_in")
