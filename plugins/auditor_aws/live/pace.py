"""How fast the APIs are asked."""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from collections.abc import Iterator
from typing import Final

from auditor_aws.live.catalogue import Service

_LOOKS_UP: Final = 0.2
"""Seconds after which a call that waits for its turn looks whether it is still wanted."""


class StoppedError(Exception):
    """Nothing more is to be asked: the user broke off, or the credentials ran out."""


class _Rate:
    """So many calls a second, over all who share it."""

    def __init__(self, per_second: float) -> None:
        self._lock = threading.Lock()
        self._interval = 1 / per_second
        self._next = 0.0

    def delay(self) -> float:
        """Seconds until the next call may begin; it is then taken."""
        with self._lock:
            begins = max(time.monotonic(), self._next)
            self._next = begins + self._interval
        return begins - time.monotonic()


@functools.cache
def _rate(per_second: float) -> _Rate:
    """One a process, for accounts are asked at the same time."""
    return _Rate(per_second)


class Pace:
    """Limits the calls in flight of each service and, if asked to, the calls a second of the whole process."""

    def __init__(self, per_second: float | None = None, broken_off: threading.Event | None = None) -> None:
        """``broken_off``: set by others when nothing more is to be asked of any account."""
        self._limits: dict[str, threading.BoundedSemaphore] = {}
        self._lock = threading.Lock()
        self._rate = _rate(per_second) if per_second else None
        self._stopped = threading.Event()
        self._broken_off = broken_off or self._stopped
        self.calls = 0
        """Calls begun so far."""

    def stop(self) -> None:
        """Ask nothing more."""
        self._stopped.set()

    @contextlib.contextmanager
    def turn(self, service: Service) -> Iterator[None]:
        """Wait until the service may be asked; the call is made within the block.  Raises :class:`StoppedError`."""
        with self._lock:
            limit = self._limits.get(service.name)
            if limit is None:
                limit = self._limits[service.name] = threading.BoundedSemaphore(service.at_once)
            self.calls += 1
        with limit:
            begins = time.monotonic() + (self._rate.delay() if self._rate is not None else 0.0)
            while not self._has_stopped() and (left := begins - time.monotonic()) > 0:
                self._stopped.wait(min(left, _LOOKS_UP))
            if self._has_stopped():
                raise StoppedError
            yield

    def _has_stopped(self) -> bool:
        return self._stopped.is_set() or self._broken_off.is_set()
