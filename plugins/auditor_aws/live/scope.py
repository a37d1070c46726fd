"""Which accounts and regions are asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from auditor.errors import InputError
from auditor.snapshots.model import Skipped
from auditor_aws.live.errors import failure
from auditor_aws.live.sessions import Account


class Regions(msgspec.Struct, frozen=True):
    """The regions of an account."""

    asked: tuple[str, ...]
    skipped: tuple[Skipped, ...]


def regions_of(account: Account, wanted: Sequence[str]) -> Regions:
    """The regions that are enabled in the account, or those of them that are wanted.

    Regions that are not enabled are named: one that was switched off may still hold something.  Raises
    :class:`InputError` where the account does not say which regions it has and none were named, and for a name that
    no region has.
    """
    states = _by_account(account)
    if states is None:
        states = _by_ec2(account)
    if states is None:
        if not wanted:
            raise InputError(
                f"アカウント {account.account} の有効なリージョンを取得できません（account:ListRegions と ec2:DescribeRegions "
                "がどちらも拒否された）。いずれかを許可するか、--regions で指定してください。",
                f"the enabled regions of account {account.account} cannot be told (account:ListRegions and "
                "ec2:DescribeRegions were both refused); allow one of them, or name the regions with --regions.",
            )
        return Regions(tuple(wanted), ())
    asked: list[str] = []
    skipped: list[Skipped] = []
    for region, enabled in sorted(states.items()):
        if not enabled:
            skipped.append(Skipped(f"region:{region}", "not-enabled"))
        elif wanted and region not in wanted:
            skipped.append(Skipped(f"region:{region}", "not-asked"))
        else:
            asked.append(region)
    for region in wanted:
        if region not in states:
            raise InputError(
                f"--regions: {region} というリージョンはありません。",
                f"--regions: there is no region {region}.",
            )
    return Regions(tuple(asked), tuple(skipped))


def _by_account(account: Account) -> dict[str, bool] | None:
    try:
        client = account.client("account", account.main_region)
        pages = client.get_paginator("list_regions").paginate()
        return {
            region["RegionName"]: region["RegionOptStatus"]
            in ("ENABLED", "ENABLED_BY_DEFAULT", "ENABLING", "DISABLING")
            for page in pages
            for region in page["Regions"]
        }
    except (ClientError, BotoCoreError):
        return None


def _by_ec2(account: Account) -> dict[str, bool] | None:
    try:
        answer = account.client("ec2", account.main_region).describe_regions(AllRegions=True)
    except (ClientError, BotoCoreError):
        return None
    return {region["RegionName"]: region.get("OptInStatus") != "not-opted-in" for region in answer["Regions"]}


def scope_actions(account: Account) -> dict[str, bool]:
    """Which of the actions that tell the regions are allowed."""
    return {
        "account:ListRegions": _by_account(account) is not None,
        "ec2:DescribeRegions": _by_ec2(account) is not None,
    }


def accounts_of(account: Account) -> tuple[dict[str, str], list[Skipped]]:
    """Accounts of the organization: id -> name, and those that are not active.

    Raises :class:`InputError` where the organization does not say them.
    """
    found: dict[str, str] = {}
    skipped: list[Skipped] = []
    try:
        for one in _members(account):
            # Status is the member that State has taken the place of (Organizations API Reference, Account)
            state = one.get("State") or one.get("Status")
            if state == "ACTIVE":
                found[one["Id"]] = one.get("Name", "")
            else:
                skipped.append(Skipped(f"account:{one['Id']}", "not-active", str(state)))
    except (ClientError, BotoCoreError) as error:
        said = failure(error, ())
        raise InputError(
            f"組織のアカウントの一覧を取得できません（organizations:ListAccounts {said.code}）。管理アカウント又は委任管理者で実行するか、"
            "--accounts で指定してください。",
            f"the accounts of the organization cannot be listed (organizations:ListAccounts {said.code}); run in the "
            "management account or a delegated administrator, or name them with --accounts.",
        ) from None
    return found, skipped


def _members(account: Account) -> Iterator[Any]:
    client = account.client("organizations", account.main_region)
    for page in client.get_paginator("list_accounts").paginate():
        yield from page["Accounts"]
