"""The server that answers like AWS, one for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.servers import AwsServer


@pytest.fixture(scope="session")
def running_aws() -> Iterator[AwsServer]:
    """The process; tests take :func:`aws`, which is reset before each."""
    with AwsServer() as server:
        yield server


@pytest.fixture
def aws(running_aws: AwsServer) -> AwsServer:
    """The server as after its start."""
    running_aws.reset()
    return running_aws
