"""Where clocks take their time from."""

from __future__ import annotations

from auditor.checks import Context, Verdict, failed, passed
from auditor.facets import TimeSource
from auditor.findings import Severity
from auditor.text import Text
from auditor_govcloud.checking import check
from auditor_govcloud.values import listed, listed_if_open, members

_ALLOWED = "time.allowed_sources"


@check(
    "time.source.allowed",
    control="time.source",
    facet=TimeSource,
    severity=Severity.MEDIUM,
    title=Text(
        "時刻の同期元が事業者の時刻源又は承認された時刻サーバであること",
        "clocks follow the provider's time source or an approved time server",
    ),
    remediation=Text(
        "指定した時刻サーバを、事業者の時刻源又は承認された時刻サーバに改める。承認するものはパラメータに加える。",
        "Use the provider's time source or an approved time server; add approved ones to the parameter.",
    ),
    facts=("servers",),
    parameters=(_ALLOWED,),
)
def time_source_allowed(facet: TimeSource, context: Context) -> Verdict:
    """見るもの: ネットワーク又はサーバに指定された時刻サーバ。
    理由: 時刻がずれると、複数のログを照合できない。
    適合: 指定したものが全てパラメータ `time.allowed_sources` にある、又は指定がない。
    指定がなければ、事業者の時刻源が使われる。事業者が提供する標準のイメージは、初めからそのように設定されている。独自のイメージ内の設定は入力に現れない。
    不適合: 一覧にないものを指定している。
    未確認: 指定が決まらない、又は起動時の処理の内容を読み取れない。
    値の出典: パラメータ `time.allowed_sources` に記す。既定の動作は Amazon EC2 利用者ガイド（Amazon Time Sync Service の設定）及び Compute Engine 文書（NTP の設定）。

    Looks at: time servers that a network or a machine is told to use.
    Why: logs cannot be held against each other when clocks differ.
    Pass: all of them are in the parameter `time.allowed_sources`, or none is named. With none the provider's own time
    source is used, as its standard images are set up; what a custom image holds does not show in the input.
    Fail: one that is not on the list.
    Unknown: undecided, or what runs at start-up cannot be read.
    Source of the value: see the parameter. Default behaviour: Amazon EC2 User Guide (configuring the Amazon Time Sync
    Service) and Compute Engine documentation (configure NTP).
    """
    servers = facet.servers.value
    if not servers:
        return passed()
    allowed = members(context, _ALLOWED)
    others = frozenset(server for server in servers if server.lower().rstrip(".") not in allowed)
    if not others:
        return passed()
    actual = listed_if_open(others, facet.servers)
    wanted = listed(allowed)
    return failed(
        f"承認されていない時刻サーバを使う: {actual.ja}",
        f"uses time servers that are not approved: {actual.en}",
        expected=Text(f"次のいずれか: {wanted.ja}", f"one of: {wanted.en}"),
    )
