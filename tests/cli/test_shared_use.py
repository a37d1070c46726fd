"""Shared use from the command line: accounts, projects and tags under several policies, zones, classes and phases."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from auditor.cli.main import main
from auditor.validation import first_error
from tests.cli.scanning import ROOT, Plan, loaded

A, B, C = "111122223333", "444455556666", "777788889999"
REGISTRY = "registry.terraform.io/hashicorp"
KEY = "encryption.customer-key.used"
PENDING = ("key.pending-deletion.in-use", "key.pending-deletion.ended")


def thing(
    address: str,
    provider: str,
    values: dict[str, Any] | None = None,
    *,
    action: str = "create",
    unknown: dict[str, Any] | None = None,
    sensitive: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A resource of the provider configuration ``provider``."""
    type_, name = address.split(".")
    before, after = (values or {}, None) if action == "delete" else (None, values or {})
    return {
        "address": address,
        "mode": "managed",
        "type": type_,
        "name": name,
        "provider_name": f"{REGISTRY}/{provider.split('.')[0]}",
        "provider_config_key": provider,
        "change": {
            "actions": [action],
            "before": before,
            "after": after,
            "after_unknown": unknown or {},
            "after_sensitive": sensitive or {},
        },
    }


def bucket(name: str, provider: str, **more: Any) -> dict[str, Any]:
    """A bucket with the provider's default encryption."""
    return thing(f"aws_s3_bucket.{name}", provider, {"bucket": name, **more.pop("values", {})}, **more)


def made(*things: dict[str, Any]) -> Plan:
    """A plan of these resources; ``aws.a`` to ``aws.c`` assume a role of the accounts, ``aws`` does not say whose it is."""
    tokyo = {"region": {"constant_value": "ap-northeast-1"}}
    configs: dict[str, Any] = {
        "aws": {"name": "aws", "full_name": f"{REGISTRY}/aws", "expressions": tokyo},
        "google": {"name": "google", "full_name": f"{REGISTRY}/google", "expressions": {}},
    }
    for alias, account in (("a", A), ("b", B), ("c", C)):
        role = {"role_arn": {"constant_value": f"arn:aws:iam::{account}:role/deploy"}}
        configs[f"aws.{alias}"] = {**configs["aws"], "alias": alias, "expressions": {**tokyo, "assume_role": [role]}}
    for project in ("juki-prod", "guide-prod"):
        configs[f"google.{project}"] = {
            **configs["google"],
            "alias": project,
            "expressions": {"project": {"constant_value": project}, "region": {"constant_value": "asia-northeast1"}},
        }
    parts = ("address", "mode", "type", "name")
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {
            "root_module": {
                "resources": [
                    {
                        **{part: one[part] for part in parts},
                        "values": one["change"]["after"],
                        "sensitive_values": one["change"]["after_sensitive"],
                    }
                    for one in things
                    if one["change"]["after"] is not None
                ]
            }
        },
        "resource_changes": [{key: one[key] for key in one if key != "provider_config_key"} for one in things],
        "configuration": {
            "provider_config": configs,
            "root_module": {
                "resources": [
                    {
                        **{part: one[part] for part in parts},
                        "provider_config_key": one["provider_config_key"],
                        "expressions": {},
                        "schema_version": 0,
                    }
                    for one in things
                ]
            },
        },
    }


class Scan:
    """A folder with a plan and an ``auditor.toml``, and the program run on them."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def report(self, plan: Plan, config: str, *options: str) -> Any:
        """The JSON report, which is of the published form."""
        self._put(plan, config)
        out = self.folder / "result.json"
        assert self._main("--report", f"json={out}", *options) in (0, 1)
        report = loaded(out)
        assert first_error(report, "report") is None
        return report

    def text(self, plan: Plan, config: str, *options: str) -> str:
        """The text report, without line breaks inside paragraphs."""
        self._put(plan, config)
        assert self._main(*options) in (0, 1)
        return self._capsys.readouterr().out

    def mistake(self, config: str, lang: str = "ja") -> str:
        """The one sentence on what is wrong with the configuration."""
        self._put(made(bucket("x", "aws.a")), config)
        assert self._main("--lang", lang) == 2
        out, error = self._capsys.readouterr()
        assert out == ""
        assert error.startswith("auditor: ")
        assert error.count("\n") == 1
        return error

    def _put(self, plan: Plan, config: str) -> None:
        (self.folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        (self.folder / "auditor.toml").write_text(config, encoding="utf-8")

    def _main(self, *options: str) -> int:
        return main(["scan", str(self.folder / "plan.json"), "--config", str(self.folder / "auditor.toml"), *options])


@pytest.fixture
def scan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Scan:
    return Scan(tmp_path, capsys)


def rule(name: str, **says: Any) -> str:
    """A ``[[scope]]``."""
    return (
        "\n".join(["[[scope]]", *(f"{key} = {_toml(value)}" for key, value in {"name": name, **says}.items())]) + "\n"
    )


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def counted(report: Any, policy: str) -> set[str]:
    """Addresses of what counts for some clause of the policy and is not conforming."""
    (found,) = (one for one in report["policies"] if one["id"] == policy)
    ids = {id_ for clause in found["clauses"] for id_ in clause["findings"]}
    return {one["resource"]["address"] for one in report["findings"] if one["id"] in ids}


def of(report: Any, address: str, *checks: str) -> list[Any]:
    """Findings of a resource."""
    return [
        one
        for one in report["findings"]
        if one["resource"]["address"] == address and (not checks or one["check"] in checks)
    ]


def policies_of(findings: Iterable[Any]) -> set[str]:
    """Policies whose clauses the findings name."""
    return {clause["policy"] for one in findings for clause in one["clauses"]}


TWO = rule("juki", accounts=[A], policies=["toyama"]) + rule("fire", accounts=[B], policies=["osaka-minami"])


# ---------------------------------------------------------------- policies


def test_findings_count_only_under_the_policies_of_their_account(scan: Scan) -> None:
    report = scan.report(made(bucket("a", "aws.a"), bucket("b", "aws.b")), TWO)
    assert [policy["id"] for policy in report["policies"]] == ["toyama", "osaka-minami"]
    assert "aws_s3_bucket.a" in counted(report, "toyama")
    assert "aws_s3_bucket.b" not in counted(report, "toyama")
    assert "aws_s3_bucket.b" in counted(report, "osaka-minami")
    assert "aws_s3_bucket.a" not in counted(report, "osaka-minami")
    assert policies_of(of(report, "aws_s3_bucket.a")) == {"toyama"}
    assert policies_of(of(report, "aws_s3_bucket.b")) == {"osaka-minami"}


def test_an_account_may_be_under_several_policies_and_a_policy_over_several_accounts(scan: Scan) -> None:
    config = rule("one", accounts=[A], policies=["toyama", "osaka-minami"]) + rule(
        "two", accounts=[B], policies=["toyama"]
    )
    report = scan.report(made(bucket("a", "aws.a"), bucket("b", "aws.b")), config)
    assert {"aws_s3_bucket.a", "aws_s3_bucket.b"} <= counted(report, "toyama")
    assert "aws_s3_bucket.a" in counted(report, "osaka-minami")
    assert "aws_s3_bucket.b" not in counted(report, "osaka-minami")


def test_the_text_shows_a_clause_the_findings_of_its_own_accounts_alone(scan: Scan) -> None:
    said = scan.text(made(bucket("a", "aws.a"), bucket("b", "aws.b")), TWO)
    failed = said.split("== 不適合")[1].split("\n== ")[0]
    head, tail = failed.split("大阪南消防組合情報セキュリティ対策基準", 1)
    assert "富山市情報セキュリティ対策基準 8-2(8)③" in head
    assert "aws_s3_bucket.a" in head
    assert "aws_s3_bucket.b" not in head
    assert "aws_s3_bucket.b" in tail
    assert "判定した区分: juki 1件" in said
    assert "判定した区分: fire 1件" in said


def test_what_two_policies_count_is_written_in_full_once(scan: Scan) -> None:
    config = rule("one", accounts=[A], policies=["toyama", "osaka-minami"]) + rule(
        "two", accounts=[B], policies=["osaka-minami"]
    )
    said = scan.text(made(bucket("a", "aws.a"), bucket("b", "aws.b")), config)
    failed = said.split("== 不適合")[1].split("\n== ")[0]
    numbers = re.findall(r"^    #(\d+) aws_", failed, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    # every check writes each of the two buckets once
    transit = failed.split("（encryption.in-transit.required）")
    assert sum(part.count("aws_s3_bucket.a\n       実際  暗号化されない通信") for part in transit) == 1
    assert sum(part.count("aws_s3_bucket.b\n       実際  暗号化されない通信") for part in transit) == 1
    assert any(part.startswith(" 2件 → 上記 #") for part in transit)


def test_a_run_by_one_policy_leaves_out_what_is_under_others_and_says_so(scan: Scan) -> None:
    plan = made(bucket("a", "aws.a"), bucket("b", "aws.b"))
    report = scan.report(plan, TWO, "--policy", "toyama")
    assert of(report, "aws_s3_bucket.a")
    assert not of(report, "aws_s3_bucket.b")
    (remark,) = report["run"]["remarks"]
    assert "1件" in remark["ja"]
    assert "osaka-minami" in remark["ja"]
    assert "osaka-minami" in scan.text(plan, TWO, "--policy", "toyama").split("== 入力についての注意")[1]


def test_a_run_of_which_nothing_is_under_the_policy_has_no_nonconformity(scan: Scan) -> None:
    report = scan.report(made(bucket("b", "aws.b")), TWO, "--policy", "toyama")
    assert report["run"]["exit_code"] == 0
    assert report["findings"] == []
    assert "このポリシーの対象となる資源がない" in scan.text(made(bucket("b", "aws.b")), TWO, "--policy", "toyama")


def test_what_one_account_has_does_not_answer_for_the_policy_of_another(scan: Scan) -> None:
    trail = thing("aws_cloudtrail.t", "aws.a", {"name": "t", "s3_bucket_name": "log", "is_multi_region_trail": True})
    report = scan.report(made(trail, bucket("b", "aws.b")), TWO)
    found = {one["resource"]["address"]: one for one in report["findings"] if one["check"] == "log.audit-trail.present"}
    assert "aws:account[toyama]" not in found
    lacking = found["aws:account[osaka-minami]"]
    assert lacking["status"] == "unknown"
    assert policies_of([lacking]) == {"osaka-minami"}
    assert len({one["id"] for one in report["findings"]}) == len(report["findings"])


# ---------------------------------------------------------------- phases


def test_each_account_is_judged_in_its_own_phase(scan: Scan) -> None:
    things = [
        thing(f"aws_kms_key.{alias}", f"aws.{alias}", {"description": alias}, action="delete") for alias in ("a", "b")
    ]
    config = rule("runs", accounts=[A], phase="operate") + rule("ends", accounts=[B], phase="terminate")
    report = scan.report(made(*things), config, "--policy", "toyama")
    assert [(one["check"], one["status"]) for one in of(report, "aws_kms_key.a", *PENDING)] == [(PENDING[0], "fail")]
    assert [(one["check"], one["status"]) for one in of(report, "aws_kms_key.b", *PENDING)] == [(PENDING[1], "pass")]
    assert report["run"]["phase"] == "build"
    assert len({one["id"] for one in report["findings"]}) == len(report["findings"])


def test_a_policy_is_answered_by_the_phases_of_its_own_accounts(scan: Scan) -> None:
    config = rule("runs", accounts=[A], policies=["toyama"]) + rule(
        "ends", accounts=[B], policies=["osaka-minami"], phase="terminate"
    )
    report = scan.report(made(bucket("a", "aws.a"), bucket("b", "aws.b")), config)
    (toyama,) = (one for one in report["policies"] if one["id"] == "toyama")
    of_end = [clause for clause in toyama["clauses"] if "利用終了の段階（--phase terminate）" in clause["reason"]["ja"]]
    assert of_end, "clauses about the end of use are not answered by an account of another policy"


def test_what_joins_accounts_of_other_policies_and_phases_is_seen_whole(scan: Scan) -> None:
    config = rule("juki", accounts=[A], policies=["toyama"], zone="mynumber", phase="operate") + rule(
        "fire", accounts=[B], policies=["osaka-minami"], zone="lgwan"
    )
    networks = [
        thing(f"aws_vpc.{alias}", f"aws.{alias}", {"id": f"vpc-{alias}", "cidr_block": "10.0.0.0/16"}, action="no-op")
        for alias in ("a", "b")
    ]
    ends = {"id": "pcx", "vpc_id": "vpc-a", "peer_vpc_id": "vpc-b"}
    peering = thing("aws_vpc_peering_connection.p", "aws.a", ends, action="no-op")
    report = scan.report(made(*networks, peering), config)
    (found,) = of(report, "aws_vpc_peering_connection.p", "segmentation.zone-separation.joins")
    assert found["status"] == "fail"
    assert policies_of([found]) == {"toyama"}


# ---------------------------------------------------------------- what is unknown


def test_an_unknown_account_stays_in_every_policy_and_its_zone_is_unknown(scan: Scan) -> None:
    config = rule("juki", accounts=[A], policies=["toyama"], zone="mynumber") + rule(
        "fire", accounts=[B], policies=["osaka-minami"], zone="lgwan"
    )
    report = scan.report(made(bucket("a", "aws.a"), bucket("x", "aws")), config)
    assert "aws_s3_bucket.x" in counted(report, "toyama")
    assert "aws_s3_bucket.x" in counted(report, "osaka-minami")
    scope = of(report, "aws_s3_bucket.x")[0]["resource"]["scope"]
    assert scope["zone"] is None
    assert scope["zone_unknown"]
    assert scope["scopes"] == []
    assert scope["open_scopes"] == ["juki", "fire"]
    assert of(report, "aws_s3_bucket.a")[0]["resource"]["scope"]["zone"] == "mynumber"


def test_an_unknown_account_stays_in_a_policy_that_no_scope_names(scan: Scan) -> None:
    report = scan.report(made(bucket("x", "aws")), TWO, "--policy", "edogawa")
    assert "aws_s3_bucket.x" in counted(report, "edogawa")


def test_an_unknown_tag_stays_in_every_policy(scan: Scan) -> None:
    config = rule("juki", tags={"System": ["juki"]}, policies=["toyama"], zone="mynumber") + rule(
        "rest", accounts=[A], policies=["osaka-minami"]
    )
    things = [
        bucket("juki", "aws.a", values={"tags": {"System": "juki"}}),
        bucket("tax", "aws.a", values={"tags": {"System": "tax"}}),
        bucket("open", "aws.a", unknown={"tags": {"System": True}, "tags_all": True}),
    ]
    report = scan.report(made(*things), config)
    assert policies_of(of(report, "aws_s3_bucket.juki")) == {"toyama", "osaka-minami"}
    assert policies_of(of(report, "aws_s3_bucket.tax")) == {"osaka-minami"}
    assert policies_of(of(report, "aws_s3_bucket.open")) == {"toyama", "osaka-minami"}
    assert of(report, "aws_s3_bucket.open")[0]["resource"]["scope"]["zone_unknown"] == "after-apply"


def test_a_resource_in_no_scope_stays_in_every_policy(scan: Scan) -> None:
    plan = made(bucket("c", "aws.c"), bucket("a", "aws.a"), bucket("b", "aws.b"))
    report = scan.report(plan, TWO)
    assert policies_of(of(report, "aws_s3_bucket.c")) == {"toyama", "osaka-minami"}
    assert "scope" not in of(report, "aws_s3_bucket.c")[0]["resource"]
    assert [one["judged_on"]["unassigned"] for one in report["policies"]] == [1, 1]
    assert "どの区分にも当たらない資源 1件" in scan.text(plan, TWO)


# ---------------------------------------------------------------- which rule decides


def test_of_overlapping_scopes_the_first_that_says_something_decides(scan: Scan) -> None:
    config = (
        rule("juki", accounts=[A], tags={"System": "juki"}, zone="mynumber")
        + rule("all of it", accounts=[A, B], confidentiality="2", zone="lgwan", policies=["toyama"])
        + rule("anything", environment="production", zone="internet", policies=["osaka-minami"])
    )
    things = [bucket("juki", "aws.a", values={"tags": {"System": "juki"}}), bucket("a", "aws.a"), bucket("c", "aws.c")]
    report = scan.report(made(*things), config)
    juki, a, c = (of(report, f"aws_s3_bucket.{name}")[0]["resource"]["scope"] for name in ("juki", "a", "c"))
    assert (juki["zone"], juki["confidentiality"], juki["environment"]) == ("mynumber", "2", "production")
    assert juki["scopes"] == ["juki", "all of it", "anything"]
    assert juki["policies"] == ["osaka-minami", "toyama"]
    assert (a["zone"], a["scopes"]) == ("lgwan", ["all of it", "anything"])
    assert (c["zone"], c["confidentiality"], c["policies"]) == ("internet", None, ["osaka-minami"])


def test_projects_and_labels_of_google_cloud(scan: Scan) -> None:
    def store(name: str, provider: str, **values: Any) -> dict[str, Any]:
        return thing(f"google_storage_bucket.{name}", provider, {"name": name, "location": "ASIA-NORTHEAST1", **values})

    config = (
        rule("juki", projects=["juki-prod"], policies=["toyama"], zone="mynumber", confidentiality="機密性3")
        + rule("guide", projects=["guide-prod"], tags={"system": "guide"}, policies=["osaka-minami"], zone="internet")
        + rule("aws", accounts=[A], policies=["toyama"], zone="lgwan")
    )
    things = [
        store("juki", "google.juki-prod"),
        store("guide", "google.guide-prod", labels={"system": "guide"}),
        store("own", "google.guide-prod", project="juki-prod"),
        store("where", "google"),
    ]
    report = scan.report(made(*things), config)
    zones = {one["resource"]["address"]: one["resource"].get("scope", {}) for one in report["findings"]}
    assert zones["google_storage_bucket.juki"]["zone"] == "mynumber"
    assert zones["google_storage_bucket.guide"]["zone"] == "internet"
    assert zones["google_storage_bucket.own"]["scopes"] == ["juki"]
    # nothing of Google Cloud is in an AWS account, whatever its project is
    assert zones["google_storage_bucket.where"]["open_scopes"] == ["juki"]
    assert policies_of(of(report, "google_storage_bucket.guide")) == {"osaka-minami"}


# ---------------------------------------------------------------- reports


def test_without_scopes_nothing_is_told_of_them(scan: Scan) -> None:
    report = scan.report(made(bucket("a", "aws.a", values={"tags": {"zone": "lgwan"}})), "")
    assert not {"scopes", "scope_tags", "remarks"} & report["run"].keys()
    assert all("scope" not in one["resource"] for one in report["findings"])
    assert all("judged_on" not in one for one in report["policies"])


def test_tags_tell_where_the_configuration_names_their_keys(scan: Scan) -> None:
    tags = {"Tier": "ＬＧＷＡＮ接続系", "confidentiality": "自治体機密性3B", "environment": "本番"}
    things = [
        bucket("a", "aws.a", values={"tags": tags}),
        bucket("s", "aws.a", values={"tags": tags}, sensitive={"tags": {"confidentiality": True}}),
        bucket("n", "aws.a"),
    ]
    report = scan.report(made(*things), '[tags]\nzone = "tier"\n')
    scope = of(report, "aws_s3_bucket.a")[0]["resource"]["scope"]
    assert (scope["zone"], scope["confidentiality"], scope["environment"]) == ("lgwan", "自治体機密性3B", "production")
    assert of(report, "aws_s3_bucket.s")[0]["resource"]["scope"]["confidentiality"] == "(sensitive)"
    assert "scope" not in of(report, "aws_s3_bucket.n")[0]["resource"]
    assert report["run"]["scope_tags"] == {
        "zone": "tier",
        "confidentiality": "confidentiality",
        "environment": "environment",
    }
    assert report["run"]["scopes"] == []


def test_reports_list_the_scopes_with_what_they_came_to(scan: Scan) -> None:
    config = rule("juki", accounts=[A], policies=["toyama"], zone="mynumber", confidentiality="3A", phase="operate")
    plan = made(bucket("a", "aws.a"), bucket("a2", "aws.a"), bucket("x", "aws"))
    (told,) = scan.report(plan, config)["run"]["scopes"]
    assert told == {
        "name": "juki",
        "line": 1,
        "accounts": [A],
        "projects": [],
        "tags": {},
        "zone": "mynumber",
        "confidentiality": "3A",
        "environment": None,
        "phase": "operate",
        "policies": ["toyama"],
        "resources": 2,
        "open_resources": 1,
    }
    head = "".join(scan.text(plan, config).split("== 条項ごとの結果")[0].replace("      ", "").splitlines())
    assert f"区分  juki（アカウント {A}、マイナンバー利用事務系、分類 3A、段階 運用、ポリシー toyama）" in head
    assert "資源 2件、当たるか決まらないもの 1件" in head
    assert "My Number zone" in scan.text(plan, config, "--lang", "en")


# ---------------------------------------------------------------- classes and keys


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("1", "not_applicable"),
        ("機密性１", "not_applicable"),
        ("自治体 機密性 1", "not_applicable"),
        ("2", "fail"),
        ("2b", "fail"),
        ("２Ｂ", "fail"),
        ("機密性2B", "fail"),
        ("機密性２Ａ", "fail"),
        ("自治体機密性3A", "fail"),
        ("自治体機密性３ｃ", "fail"),
        ("機密性3", "fail"),
        # no class at all: it may be a slip of the pen, and excuses nothing
        ("0", "fail"),
        ("公開", "fail"),
    ],
)
def test_a_customers_key_is_wanted_by_class(scan: Scan, written: str, status: str) -> None:
    plan = made(bucket("a", "aws.a"))
    report = scan.report(plan, rule("x", accounts=[A], confidentiality=written), "--policy", "toyama")
    (found,) = of(report, "aws_s3_bucket.a", KEY)
    assert found["status"] == status
    tagged = made(bucket("a", "aws.a", values={"tags": {"Confidentiality": written}}))
    (found,) = of(scan.report(tagged, ""), "aws_s3_bucket.a", KEY)
    assert found["status"] == status


def test_an_unassigned_class_excuses_nothing_and_an_unknown_one_leaves_it_open(scan: Scan) -> None:
    config = rule("x", accounts=[A], confidentiality="1")
    report = scan.report(made(bucket("b", "aws.b"), bucket("x", "aws")), config, "--policy", "toyama")
    assert [one["status"] for one in of(report, "aws_s3_bucket.b", KEY)] == ["fail"]
    assert [one["status"] for one in of(report, "aws_s3_bucket.x", KEY)] == ["unknown"]


def test_the_classes_that_want_a_customers_key_can_be_set(scan: Scan) -> None:
    config = rule("x", accounts=[A], confidentiality="自治体機密性2") + (
        '[[parameter]]\nid = "classification.customer_key_classes"\nvalue = ["３Ａ", "自治体機密性3b"]\n'
        'decided_by_municipality = true\nsource = "実施手順"\n'
    )
    report = scan.report(made(bucket("a", "aws.a")), config, "--policy", "toyama")
    (found,) = of(report, "aws_s3_bucket.a", KEY)
    assert found["status"] == "not_applicable"
    assert "2" in found["message"]["ja"]


def test_a_sensitive_class_decides_and_is_not_shown(scan: Scan) -> None:
    secret = bucket("a", "aws.a", values={"tags": {"confidentiality": "1"}}, sensitive={"tags": True})
    (found,) = of(scan.report(made(secret), ""), "aws_s3_bucket.a", KEY)
    assert found["status"] == "not_applicable"
    assert "（（秘匿された値））" in found["message"]["ja"]


# ---------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("config", "line", "field", "words"),
    [
        (
            rule("x", accounts=[A]) + rule("y", policies=["toyama", "tokyo"]),
            6,
            "scope.1.policies",
            "tokyo はありません",
        ),
        (rule("x", policies=["osaka-pref2"]), 3, "scope.0.policies", "使えるもの: osaka-pref）"),
        (rule("x", accounts=[]), 3, "scope.0.accounts", "空にできません"),
        (rule("x", projects=[]), 3, "scope.0.projects", "空にできません"),
        (rule("x", policies=[]), 3, "scope.0.policies", "空にできません"),
        (rule("x", tags={}), 3, "scope.0.tags", "使えません"),
        (rule("x", tags={"System": []}), 3, "scope.0.tags.System", "空にできません"),
        (rule("x", accounts=["juki-prod"]), 3, "scope.0.accounts", "projects に書いてください"),
        (rule("x", accounts=["1111-2222-3333"]), 3, "scope.0.accounts", "12桁"),
        (rule("x", accounts=[111122223333]), 3, "scope.0.accounts.0", "文字列"),
        (rule("x", projects=[A]), 3, "scope.0.projects", "accounts に書いてください"),
        (rule("x", zone="dmz"), 3, "scope.0.zone", "mynumber"),
        (rule("x", phase="end"), 3, "scope.0.phase", "terminate"),
        (rule("x", account=[A]), 3, "scope.0.account", "accounts"),
        (
            rule("x", accounts=[A, B], zone="lgwan") + rule("y", accounts=[B], zone="mynumber"),
            8,
            "scope.1.zone",
            f"{B} の zone は scope「x」で lgwan とされ、ここで mynumber",
        ),
        (
            rule("x", projects=["p"], confidentiality="2") + rule("y", projects=["p"], confidentiality="3A"),
            8,
            "scope.1.confidentiality",
            "p の confidentiality",
        ),
    ],
)
def test_a_mistake_is_one_sentence_with_file_line_and_field(
    scan: Scan, config: str, line: int, field: str, words: str
) -> None:
    said = scan.mistake(config)
    assert f"auditor.toml {line}行目 項目「{field}」: " in said
    assert words in said
    assert f"auditor.toml line {line} field {field}: " in scan.mistake(config, "en")


def test_a_policy_that_no_run_uses_is_a_mistake_as_well(scan: Scan) -> None:
    config = '[run]\npolicies = ["toyama"]\n' + rule("x", accounts=[A], policies=["toyma"])
    assert "6行目 項目「scope.0.policies」: ポリシー toyma はありません（使えるもの: toyama）" in scan.mistake(config)


def test_the_same_account_may_have_several_zones_by_tag(scan: Scan) -> None:
    config = rule("x", accounts=[A], tags={"System": "juki"}, zone="mynumber") + rule("y", accounts=[A], zone="lgwan")
    things = [bucket("juki", "aws.a", values={"tags": {"System": "juki"}}), bucket("rest", "aws.a")]
    report = scan.report(made(*things), config)
    zones = [of(report, f"aws_s3_bucket.{name}")[0]["resource"]["scope"]["zone"] for name in ("juki", "rest")]
    assert zones == ["mynumber", "lgwan"]


def test_a_scope_that_nothing_matches_is_a_remark_in_every_report(scan: Scan) -> None:
    config = rule("juki", accounts=[A]) + rule("typo", accounts=["000000000000"]) + rule("open", accounts=[C])
    plan = made(bucket("a", "aws.a"), bucket("x", "aws"))
    report = scan.report(plan, config)
    said = [remark["ja"] for remark in report["run"]["remarks"]]
    assert ["auditor.toml 4行目 scope「typo」" in one for one in said] == [True, False]
    assert "決まらない資源 1件" in said[1]
    report = scan.report(made(bucket("a", "aws.a")), config)
    said = [remark["ja"] for remark in report["run"]["remarks"]]
    assert "7行目 scope「open」: 当たる資源が入力にない" in said[1]
    notes = scan.text(plan, config).split("== 入力についての注意")[1]
    assert "scope「typo」" in notes
    sarif = scan.folder / "result.sarif"
    scan.text(plan, config, "--report", f"sarif={sarif}")
    (run,) = loaded(sarif)["runs"]
    told = run["invocations"][0]["toolExecutionNotifications"]
    assert [one["descriptor"]["id"] for one in told].count("auditor.scope") == 2


# ---------------------------------------------------------------- the example


def test_the_example_divides_three_accounts_between_two_policies(tmp_path: Path) -> None:
    folder = ROOT / "examples" / "shared-use"
    out = tmp_path / "result.json"
    arguments = ["scan", str(folder / "plan.json"), "--config", str(folder / "auditor.toml")]
    assert main([*arguments, "--report", f"json={out}"]) == 1
    report = loaded(out)
    assert [one["resources"] > 0 for one in report["run"]["scopes"]] == [True, True, True]
    assert "remarks" not in report["run"]
    assert "aws_s3_bucket.transfer" in counted(report, "toyama") - counted(report, "osaka-minami")
    assert "aws_dynamodb_table.old" in counted(report, "osaka-minami") - counted(report, "toyama")
    assert "aws_s3_bucket.pages" in counted(report, "osaka-minami") & counted(report, "toyama")


def test_the_configuration_that_the_page_shows_is_one(scan: Scan) -> None:
    page = (ROOT / "docs" / "shared-use.md").read_text(encoding="utf-8")
    shown = page.split("```toml\n", 1)[1].split("```", 1)[0]
    report = scan.report(made(bucket("a", "aws.a")), shown)
    assert [one["resources"] for one in report["run"]["scopes"]] == [1, 0]
    assert report["run"]["scope_tags"]["zone"] == "network-zone"
