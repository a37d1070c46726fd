"""What is asked of AWS: services, and their calls."""

from __future__ import annotations

import enum
import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from auditor_aws.live.answers import Answers
    from auditor_aws.live.shapes import Shape

ACCOUNT: Final = "$account"
"""Among :attr:`Call.fixed`: the account that is asked."""

Shaper = Callable[["Answers"], "Iterator[Shape]"]
"""From the answers of one service in one account and region to records."""

Redaction = Callable[[Any], None]
"""Takes what must never be stored out of a decoded answer, in place."""


class Where(enum.Enum):
    """Where a service answers."""

    REGIONAL = "regional"
    GLOBAL = "global"
    """One endpoint for all regions (IAM, Organizations, CloudFront …), asked once an account."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One operation that is asked, and of what.

    A call without ``each`` is asked once in its account and region, all its pages.  One with ``each`` is asked for
    everything that the JMESPath expression ``over`` finds in the answers of another call of the same service.
    """

    operation: str
    """As the API names it, ``DescribeDBInstances``."""
    client: str = ""
    """As boto3 names its client, where that is another than the service's, whose answers say what to ask of."""
    yields: tuple[str, ...] = ()
    """Types of records of which nothing is known where the call is refused as a whole."""
    covers: tuple[str, ...] = ()
    """Types of which there is none, since what they would say stands in the records of :attr:`yields`."""
    each: str = ""
    """The operation whose answers give what to ask of."""
    over: str = ""
    """JMESPath in those answers; the items are objects or strings.  ``tail(x)`` is what stands behind the last slash,
    ``csv(x)`` the rows of a table that is given as bytes, with their columns by name."""
    parameters: Mapping[str, str] = {}
    """Parameter -> JMESPath in the item; ``@`` is the item, ``^Name`` a parameter of the call that gave it."""
    fixed: Mapping[str, Any] = {}
    """Parameters that are always the same; :data:`ACCOUNT` stands for the account."""
    when: str = ""
    """JMESPath in the item that must be true, where not every item is asked of."""
    home: str = ""
    """JMESPath in the item for its region, where every region shows it and only its own is asked of it (trails)."""
    batch: int = 0
    """Items of one call, for operations that take several; the first of ``parameters`` is then a list of them, and the
    others must be alike for all items of one call."""
    pages: tuple[str, str] | None = None
    """Parameter of the next page and JMESPath of its value, for operations whose pages botocore does not describe."""
    key: str = ""
    """JMESPath in the item by which the answer is found again; without it, the first of ``parameters``.

    Several, as in ``^clusterName / @``, are joined by a slash.
    """
    region: str = ""
    """JMESPath in the item for the region in which to ask, where it is not the one of the call before (buckets)."""
    absent: tuple[str, ...] = ()
    """Error codes that say that nothing is set; ``code: words`` only where the message has these words as well."""
    until: str = ""
    """JMESPath in the answer that must be true; it is asked again for a while until it is (reports that are made)."""
    redact: Redaction | None = None
    action: str = ""
    """The IAM action, where it is not the prefix of the service and the operation's own name; several with commas."""
    subjects: frozenset[str] = frozenset()
    """First parts of the ids of controls (``encryption``, ``log`` …) that need it; empty: those of the service."""


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One service: what is asked, and how the answers become records."""

    name: str
    """As boto3 names its client, unless :attr:`client` does."""
    client: str = ""
    """As boto3 names its client, for what is asked of one API in two manners (regional and global web ACLs)."""
    calls: tuple[Call, ...]
    shapers: tuple[Shaper, ...]
    subjects: frozenset[str]
    """First parts of the ids of the controls that its records bear on, for calls that name none of their own."""
    where: Where = Where.REGIONAL
    home: str = "us-east-1"
    """The region of the endpoint of a global service."""
    prefix: str = ""
    """The prefix of its IAM actions, where it is not its name."""
    at_once: int = 8
    """Calls in flight at a time in one account; the service's own limits are per account and region."""

    def action_of(self, call: Call) -> str:
        """The IAM action (or actions, with commas) that allow the call."""
        return call.action or f"{self.prefix or self.client or self.name}:{call.operation}"

    @property
    def api(self) -> str:
        """The client of boto3."""
        return self.client or self.name

    def subjects_of(self, call: Call) -> frozenset[str]:
        """First parts of the ids of the controls that need the call."""
        return call.subjects or self.subjects

    def subjects_of_action(self, action: str) -> frozenset[str]:
        """First parts of the ids of the controls that need what an IAM action allows."""
        found = [self.subjects_of(call) for call in self.calls if self.action_of(call) == action]
        return frozenset().union(*found) if found else self.subjects


@functools.cache
def services() -> Mapping[str, Service]:
    """All services, by name.  Imports every module of :mod:`auditor_aws.live.services`, once."""
    from auditor_aws.live import services as package

    found: dict[str, Service] = {}
    for module in sorted(one.name for one in pkgutil.iter_modules(package.__path__)):
        for service in importlib.import_module(f"{package.__name__}.{module}").SERVICES:
            if service.name in found:
                raise ValueError(f"the service {service.name} stands in two modules")
            found[service.name] = service
    return found
