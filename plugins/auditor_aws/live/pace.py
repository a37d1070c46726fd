"""How fast the APIs are asked."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

from auditor_aws.live.catalogue import Service


class Pace:
    """Limits the calls in flight of each service and, if asked to, the calls a second of the whole process."""

    def __init__(self, per_second: float | None = None) -> None:
        self._limits: dict[str, threading.BoundedSemaphore] = {}
        self._lock = threading.Lock()
        self._interval = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self.calls = 0
        """Calls begun so far."""

    @contextlib.contextmanager
    def turn(self, service: Service) -> Iterator[None]:
        """Wait until the service may be asked; the call is made within the block."""
        with self._lock:
            limit = self._limits.get(service.name)
            if limit is None:
                limit = self._limits[service.name] = threading.BoundedSemaphore(service.at_once)
            self.calls += 1
        with limit:
            self._wait()
            yield

    def _wait(self) -> None:
        if not self._interval:
            return
        with self._lock:
            begins = max(time.monotonic(), self._next)
            self._next = begins + self._interval
        if (delay := begins - time.monotonic()) > 0:
            time.sleep(delay)
