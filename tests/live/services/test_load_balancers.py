"""Load balancers of both kinds, with the web ACLs and protections in front of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditor.attr import Reason
from auditor.collecting import CollectOptions
from auditor.facets import DataAccessLog, EncryptionInTransit, PublishedService, RequestFilter, Retirement
from tests.live.auditing import HOME, Audit, audit, collect
from tests.live.servers import ACCOUNT, REGION, AwsServer
from tests.live.services.reading import contents, facet, of, said, statuses, why

SECRET = "hunter22-very-secret"
BASE = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
GOOD = f"{BASE}:loadbalancer/app/good/1"
BAD = f"{BASE}:loadbalancer/app/bad/2"
LISTENER = f"{BASE}:listener/app"
ACL = f"arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/webacl/front/11111111-2222-3333-4444-555555555555"
BY_ARN = "LoadBalancerArn"


def balancer(arn: str, **members: Any) -> dict[str, Any]:
    return {
        "LoadBalancerArn": arn,
        "LoadBalancerName": arn.split("/")[2],
        "Scheme": "internet-facing",
        "Type": "application",
        "AvailabilityZones": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}],
        **members,
    }


def attributes(*, log: bool, protected: bool) -> dict[str, Any]:
    given = {
        "access_logs.s3.enabled": str(log).lower(),
        "access_logs.s3.bucket": "logs" if log else "",
        "deletion_protection.enabled": str(protected).lower(),
    }
    return {"Attributes": [{"Key": key, "Value": value} for key, value in given.items()]}


@pytest.fixture
def cloud(aws: AwsServer) -> AwsServer:
    """A load balancer that turns HTTP to HTTPS behind a web ACL, and one that does neither, on two pages."""
    aws.answer(
        "elbv2",
        "DescribeLoadBalancers",
        pages=[{"LoadBalancers": [balancer(GOOD)]}, {"LoadBalancers": [balancer(BAD)]}],
    )
    aws.answer("elbv2", "DescribeLoadBalancerAttributes", attributes(log=True, protected=True), match={BY_ARN: GOOD})
    aws.answer("elbv2", "DescribeLoadBalancerAttributes", attributes(log=False, protected=False), match={BY_ARN: BAD})
    redirect = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "StatusCode": "HTTP_301"}}
    plain = {"ListenerArn": f"{LISTENER}/good/1/80", "Protocol": "HTTP", "Port": 80, "DefaultActions": [redirect]}
    secure = {
        "ListenerArn": f"{LISTENER}/good/1/443",
        "Protocol": "HTTPS",
        "Port": 443,
        "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "DefaultActions": [{"Type": "forward"}],
    }
    aws.answer("elbv2", "DescribeListeners", {"Listeners": [plain, secure]}, match={BY_ARN: GOOD})
    old = {**secure, "ListenerArn": f"{LISTENER}/bad/2/443", "SslPolicy": "ELBSecurityPolicy-2016-08"}
    ruled = {**plain, "ListenerArn": f"{LISTENER}/bad/2/80"}
    aws.answer("elbv2", "DescribeListeners", {"Listeners": [ruled, old]}, match={BY_ARN: BAD})
    aws.answer("elbv2", "DescribeRules", {"Rules": []})
    forward = {"RuleArn": "arn:rule", "Actions": [{"Type": "forward"}], "IsDefault": False}
    aws.answer("elbv2", "DescribeRules", {"Rules": [forward]}, match={"ListenerArn": ruled["ListenerArn"]})
    aws.answer("elbv2", "DescribeTags", {"TagDescriptions": []})
    firewall(aws)
    aws.fail("shield", "ListProtections", "ResourceNotFoundException")
    return aws


def firewall(aws: AwsServer, **members: Any) -> None:
    """One web ACL, associated with the good load balancer."""
    listed = {"Name": "front", "Id": ACL.rsplit("/", 1)[1], "ARN": ACL}
    aws.answer("wafv2", "ListWebACLs", {"WebACLs": []})
    aws.answer("wafv2", "ListWebACLs", {"WebACLs": [listed]}, match={"Scope": "REGIONAL"})
    rate = {"RateBasedStatement": {"Limit": 500, "AggregateKeyType": "IP"}}
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"}
    rule = {"Name": "flood", "Priority": 1, "Statement": rate, "Action": {"Block": {}}, "VisibilityConfig": seen}
    acl = {**listed, "DefaultAction": {"Allow": {}}, "VisibilityConfig": seen, "Rules": [rule], **members}
    aws.answer("wafv2", "GetWebACL", {"WebACL": acl})
    aws.answer("wafv2", "ListResourcesForWebACL", {"ResourceArns": []})
    kind = {"ResourceType": "APPLICATION_LOAD_BALANCER"}
    aws.answer("wafv2", "ListResourcesForWebACL", {"ResourceArns": [GOOD]}, match=kind)
    aws.answer("wafv2", "ListTagsForResource", {})
    aws.answer("wafv2", "ListLoggingConfigurations", {"LoggingConfigurations": []})


def look(cloud: AwsServer) -> Audit:
    return audit(cloud.url, ["elbv2", "wafv2", "wafv2-cloudfront", "shield"])


def test_load_balancers_are_judged_with_their_listeners_and_rules(cloud: AwsServer) -> None:
    found = look(cloud)
    good, bad = (found.resource("aws_lb", f"app/{name}") for name in ("good", "bad"))
    assert said(of(good, DataAccessLog).enabled) is True
    assert said(of(bad, DataAccessLog).enabled) is False
    assert [said(one.present) for one in of(good, Retirement).obstacles] == [True]
    listeners = {
        one.address.rsplit("app/", 1)[1]: of(one, EncryptionInTransit) for one in found.resources("aws_lb_listener")
    }
    assert said(listeners["good/1/80"].required) is True
    assert said(listeners["bad/2/80"].required) is False
    assert said(listeners["good/1/443"].minimum_tls) == "1.2"
    assert said(listeners["bad/2/443"].minimum_tls) == "1.0"


def test_a_web_acl_stands_in_front_of_what_it_is_associated_with(cloud: AwsServer) -> None:
    found = look(cloud)
    good, bad = (of(found.resource("aws_lb", f"app/{name}"), PublishedService) for name in ("good", "bad"))
    assert (said(good.public), said(good.firewall), said(good.flood_limited)) == (True, True, True)
    assert (said(bad.public), said(bad.firewall), said(bad.flood_limited)) == (True, False, False)
    assert said(facet(found, "aws_wafv2_web_acl", "front", RequestFilter).acts) is True


def test_a_web_acl_that_only_counts_turns_nobody_away(cloud: AwsServer) -> None:
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"}
    managed = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}
    counted = {
        "Name": "r",
        "Priority": 1,
        "Statement": managed,
        "OverrideAction": {"Count": {}},
        "VisibilityConfig": seen,
    }
    firewall(cloud, Rules=[counted])
    assert said(facet(look(cloud), "aws_wafv2_web_acl", "front", RequestFilter).acts) is False


def test_groups_of_firewall_manager_are_rules_of_the_list(cloud: AwsServer) -> None:
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"}
    managed = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}
    group = {"Name": "g", "Priority": 1, "FirewallManagerStatement": managed, "OverrideAction": {"None": {}}}
    firewall(cloud, Rules=[], PreProcessFirewallManagerRuleGroups=[{**group, "VisibilityConfig": seen}])
    assert said(facet(look(cloud), "aws_wafv2_web_acl", "front", RequestFilter).acts) is True


def test_what_a_listener_asks_for_is_not_kept(cloud: AwsServer, tmp_path: Path) -> None:
    header = {"HttpHeaderName": "x-origin-verify", "Values": [SECRET]}
    rule = {
        "RuleArn": "arn:rule",
        "Conditions": [{"Field": "http-header", "HttpHeaderConfig": header}],
        "Actions": [
            {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301", "Protocol": "HTTPS", "Query": SECRET}}
        ],
        "IsDefault": False,
    }
    cloud.answer("elbv2", "DescribeRules", {"Rules": [rule]})
    collect(cloud.url, tmp_path / "s", CollectOptions(services=("elbv2",), regions=(HOME,)))
    assert SECRET.encode() not in contents(tmp_path / "s")
    assert said(facet(look(cloud), "aws_lb_listener", "good/1/80", EncryptionInTransit).required) is True


def test_what_a_rule_looks_for_is_not_kept(cloud: AwsServer, tmp_path: Path) -> None:
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"}
    field = {"SingleHeader": {"Name": "x-origin-verify"}}
    plain = [{"Priority": 0, "Type": "NONE"}]
    match = {
        "SearchString": SECRET,
        "FieldToMatch": field,
        "TextTransformations": plain,
        "PositionalConstraint": "EXACTLY",
    }
    scoped = {"Limit": 500, "AggregateKeyType": "IP", "ScopeDownStatement": {"ByteMatchStatement": match}}
    added = {"CustomRequestHandling": {"InsertHeaders": [{"Name": "x-secret", "Value": SECRET}]}}
    rules: list[dict[str, Any]] = [
        {"Name": "known", "Priority": 1, "Statement": {"ByteMatchStatement": match}, "Action": {"Allow": added}},
        {"Name": "flood", "Priority": 2, "Statement": {"RateBasedStatement": scoped}, "Action": {"Block": {}}},
    ]
    firewall(cloud, Rules=[{**rule, "VisibilityConfig": seen} for rule in rules], DefaultAction={"Allow": added})
    collect(cloud.url, tmp_path / "s", CollectOptions(services=("wafv2",), regions=(HOME,)))
    assert SECRET.encode() not in contents(tmp_path / "s")
    assert said(facet(look(cloud), "aws_lb", "app/good", PublishedService).flood_limited) is True


def test_a_kind_that_is_refused_leaves_only_its_own_open(cloud: AwsServer) -> None:
    kind = {"ResourceType": "APP_RUNNER_SERVICE"}
    cloud.fail("wafv2", "ListResourcesForWebACL", "AccessDeniedException", match=kind)
    assert said(facet(look(cloud), "aws_lb", "app/bad", PublishedService).firewall) is False
    service = f"arn:aws:apprunner:{REGION}:{ACCOUNT}:service/shop/1"
    summary = {"ServiceName": "shop", "ServiceArn": service, "Status": "RUNNING"}
    cloud.answer("apprunner", "ListServices", {"ServiceSummaryList": [summary]})
    cloud.fail("apprunner", "DescribeService", "AccessDeniedException")
    cloud.answer("apprunner", "ListTagsForResource", {"Tags": []})
    found = audit(cloud.url, ["apprunner", "wafv2", "wafv2-cloudfront", "shield"])
    why(facet(found, "aws_apprunner_service", "shop", PublishedService).firewall)


def test_what_lists_of_cloudfront_protect_is_not_asked_for(cloud: AwsServer) -> None:
    """ListResourcesForWebACL takes regional lists only."""
    front = {"Name": "edge", "Id": "b" * 36, "ARN": ACL.replace("regional", "global")}
    cloud.answer("wafv2", "ListWebACLs", {"WebACLs": [front]}, match={"Scope": "CLOUDFRONT"})
    cloud.fail("wafv2", "ListResourcesForWebACL", "WAFInvalidParameterException", match={"WebACLArn": front["ARN"]})
    found = look(cloud)
    assert len(found.resources("aws_wafv2_web_acl")) == 2
    assert said(facet(found, "aws_lb", "app/bad", PublishedService).firewall) is False


def test_shield_advanced_holds_floods_back(cloud: AwsServer) -> None:
    protection = {
        "Id": "p" * 36,
        "Name": "bad",
        "ResourceArn": BAD,
        "ProtectionArn": f"arn:aws:shield::{ACCOUNT}:protection/p",
    }
    cloud.answer("shield", "ListProtections", {"Protections": [protection]})
    bad = facet(look(cloud), "aws_lb", "app/bad", PublishedService)
    assert said(bad.flood_limited) is True


def test_lists_come_in_pages_by_a_marker(cloud: AwsServer) -> None:
    first = {"Name": "other", "Id": "a" * 36, "ARN": ACL.replace("front", "other")}
    second = {"Name": "front", "Id": ACL.rsplit("/", 1)[1], "ARN": ACL}
    asked = {"Scope": "REGIONAL"}
    cloud.answer("wafv2", "ListWebACLs", {"WebACLs": [first], "NextMarker": "front"}, match=asked)
    cloud.answer("wafv2", "ListWebACLs", {"WebACLs": [second]}, match={**asked, "NextMarker": "front"})
    assert len(look(cloud).resources("aws_wafv2_web_acl")) == 2


@pytest.mark.parametrize("operation", ["wafv2:ListWebACLs", "wafv2:ListResourcesForWebACL"])
def test_without_the_associations_nobody_is_without_a_firewall(cloud: AwsServer, operation: str) -> None:
    cloud.refuse([operation])
    bad = facet(look(cloud), "aws_lb", "app/bad", PublishedService)
    why(bad.firewall)


def test_what_a_load_balancer_does_not_tell_is_unknown(cloud: AwsServer) -> None:
    cloud.refuse(["elbv2:DescribeLoadBalancerAttributes", "elbv2:DescribeRules"])
    found = look(cloud)
    assert why(facet(found, "aws_lb", "app/good", DataAccessLog).enabled) is Reason.DENIED
    required = facet(found, "aws_lb_listener", "good/1/80", EncryptionInTransit).required
    assert why(required) is Reason.DENIED
    assert said(facet(found, "aws_lb_listener", "good/1/443", EncryptionInTransit).required) is True


def test_listeners_that_cannot_be_listed_are_stood_for(cloud: AwsServer) -> None:
    cloud.refuse(["elbv2:DescribeListeners"])
    assert statuses(look(cloud), "aws_lb_listener") == {"unknown"}


@pytest.fixture
def classic(aws: AwsServer) -> AwsServer:
    """A Classic Load Balancer with a listener of each kind."""
    listeners = [
        {"Listener": {"Protocol": "HTTPS", "LoadBalancerPort": 443, "InstancePort": 80}, "PolicyNames": ["strict"]},
        {"Listener": {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}, "PolicyNames": []},
    ]
    one = {
        "LoadBalancerName": "old",
        "Scheme": "internet-facing",
        "Subnets": ["subnet-1"],
        "AvailabilityZones": ["ap-northeast-1a"],
        "ListenerDescriptions": listeners,
    }
    aws.answer("elb", "DescribeLoadBalancers", {"LoadBalancerDescriptions": [one]})
    aws.answer(
        "elb",
        "DescribeLoadBalancerAttributes",
        {"LoadBalancerAttributes": {"AccessLog": {"Enabled": True, "S3BucketName": "logs"}}},
    )
    reference = {"AttributeName": "Reference-Security-Policy", "AttributeValue": "ELBSecurityPolicy-TLS-1-2-2017-01"}
    policies = [
        {"PolicyName": name, "PolicyTypeName": "SSLNegotiationPolicyType", "PolicyAttributeDescriptions": [reference]}
        for name in ("strict", "unused")
    ]
    aws.answer("elb", "DescribeLoadBalancerPolicies", {"PolicyDescriptions": policies})
    aws.answer(
        "elb",
        "DescribeTags",
        {"TagDescriptions": [{"LoadBalancerName": "old", "Tags": [{"Key": "env", "Value": "prod"}]}]},
    )
    return aws


def test_a_classic_load_balancer_negotiates_by_the_policy_in_use(classic: AwsServer) -> None:
    found = audit(classic.url, ["elb"]).resource("aws_elb")
    assert said(of(found, EncryptionInTransit, "443").minimum_tls) == "1.2"
    assert said(of(found, EncryptionInTransit, "80").required) is False
    assert said(of(found, DataAccessLog).enabled) is True


def test_policies_of_a_classic_load_balancer_that_are_denied_leave_its_tls_open(classic: AwsServer) -> None:
    classic.refuse(["elb:DescribeLoadBalancerPolicies"])
    found = audit(classic.url, ["elb"]).resource("aws_elb")
    assert why(of(found, EncryptionInTransit, "443").minimum_tls) is Reason.DENIED
