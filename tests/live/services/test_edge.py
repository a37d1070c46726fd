"""Distributions, zones and certificates of accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditor.attr import Reason
from auditor.collecting import CollectOptions
from auditor.facets import (
    AllowedMethods,
    DataAccessLog,
    EncryptionInTransit,
    Placement,
    PublishedContent,
    PublishedService,
    ResponseHeaders,
)
from tests.live.auditing import Audit, audit, collect
from tests.live.servers import ACCOUNT, AwsServer
from tests.live.services.reading import contents, facet, of, said, statuses, why

SECRET = "hunter22-very-secret"
CERTIFICATE = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/11111111-2222-3333-4444-555555555555"
ACL = f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/edge/11111111-2222-3333-4444-555555555555"
SERVICES = ["cloudfront", "wafv2-cloudfront", "shield", "acm", "s3", "logs", "apigateway", "cognito-idp"]


def distribution(id_: str, **members: Any) -> dict[str, Any]:
    origin = {
        "Id": "origin",
        "DomainName": "www.example.jp",
        "CustomHeaders": {"Quantity": 1, "Items": [{"HeaderName": "X-Origin", "HeaderValue": SECRET}]},
        "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"},
    }
    return {
        "Id": id_,
        "ARN": f"arn:aws:cloudfront::{ACCOUNT}:distribution/{id_}",
        "Status": "Deployed",
        "LastModifiedTime": "2026-01-01T00:00:00Z",
        "DomainName": f"{id_.lower()}.cloudfront.net",
        "Aliases": {"Quantity": 0},
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": behaviour("allow-all"),
        "CacheBehaviors": {"Quantity": 0},
        "CustomErrorResponses": {"Quantity": 0},
        "Comment": "",
        "PriceClass": "PriceClass_All",
        "Enabled": True,
        "ViewerCertificate": {"CloudFrontDefaultCertificate": True, "MinimumProtocolVersion": "TLSv1"},
        "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
        "WebACLId": "",
        "HttpVersion": "http2",
        "IsIPV6Enabled": False,
        "Staging": False,
        **members,
    }


def behaviour(policy: str, **members: Any) -> dict[str, Any]:
    methods = {"Quantity": 3, "Items": ["GET", "HEAD", "DELETE"]}
    return {"TargetOriginId": "origin", "ViewerProtocolPolicy": policy, "AllowedMethods": methods, **members}


def listing(*found: dict[str, Any]) -> dict[str, Any]:
    counted = {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": len(found)}
    return {"DistributionList": {**counted, "Items": list(found)}}


@pytest.fixture
def cloud(aws: AwsServer) -> AwsServer:
    """A distribution that does all that is asked, and one that does nothing of it."""
    good = distribution(
        "GOOD",
        DefaultCacheBehavior=behaviour("redirect-to-https", ResponseHeadersPolicyId="own"),
        CacheBehaviors={"Quantity": 1, "Items": [behaviour("https-only", PathPattern="/api/*")]},
        ViewerCertificate={"ACMCertificateArn": CERTIFICATE, "MinimumProtocolVersion": "TLSv1.2_2021"},
        WebACLId=ACL,
    )
    bucket = {
        "Id": "origin",
        "DomainName": "pages.s3.ap-northeast-1.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    bad = distribution("BAD", Origins={"Quantity": 1, "Items": [bucket]})
    aws.answer("cloudfront", "ListDistributions", listing(good, bad))
    config(aws, "GOOD", {"Enabled": True, "IncludeCookies": False, "Bucket": "logs.s3.amazonaws.com", "Prefix": ""})
    config(aws, "BAD", {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""})
    aws.answer("cloudfront", "ListTagsForResource", {"Tags": {"Items": []}})
    security = {"StrictTransportSecurity": {"Override": True, "AccessControlMaxAgeSec": 63072000}}
    own = {"Id": "own", "LastModifiedTime": "2026-01-01T00:00:00Z"}
    own["ResponseHeadersPolicyConfig"] = {"Name": "own", "SecurityHeadersConfig": security}  # type: ignore[assignment]  # a nested one
    policies = {"MaxItems": 100, "Quantity": 1, "Items": [{"Type": "custom", "ResponseHeadersPolicy": own}]}
    aws.answer("cloudfront", "ListResponseHeadersPolicies", {"ResponseHeadersPolicyList": policies})
    none: dict[str, Any] = {"MaxItems": 100, "IsTruncated": False, "Marker": ""}
    aws.answer("cloudfront", "ListRealtimeLogConfigs", {"RealtimeLogConfigs": none})
    aws.answer("cloudfront", "ListKeyValueStores", {"KeyValueStoreList": {"MaxItems": 100, "Quantity": 0}})
    aws.answer("cloudfront", "ListFunctions", {"FunctionList": {"MaxItems": 100, "Quantity": 0}})
    aws.answer("wafv2", "ListWebACLs", {"WebACLs": []})
    aws.fail("shield", "ListProtections", "ResourceNotFoundException")
    certificate = {"CertificateArn": CERTIFICATE, "DomainName": "www.example.jp", "Status": "ISSUED"}
    aws.answer("acm", "ListCertificates", {"CertificateSummaryList": []})
    aws.answer("acm", "ListCertificates", {"CertificateSummaryList": [certificate]}, region="us-east-1")
    aws.answer("acm", "ListTagsForCertificate", {})
    place = {"LocationConstraint": "ap-northeast-1"}
    aws.client("s3").create_bucket(Bucket="pages", CreateBucketConfiguration=place)
    return aws


def config(aws: AwsServer, id_: str, logging: dict[str, Any]) -> None:
    given = distribution(id_)
    names = ("Origins", "DefaultCacheBehavior", "Comment", "Enabled")
    answer = {"CallerReference": "x", **{name: given[name] for name in names}, "Logging": logging}
    aws.answer("cloudfront", "GetDistributionConfig", {"DistributionConfig": answer}, match={"Id": id_})


def look(cloud: AwsServer) -> Audit:
    return audit(cloud.url, SERVICES, regions=("ap-northeast-1", "us-east-1"))


def test_distributions_are_judged_in_both_directions(cloud: AwsServer) -> None:
    found = look(cloud)
    good, bad = (found.resource("aws_cloudfront_distribution", name) for name in ("GOOD", "BAD"))
    assert said(of(good, EncryptionInTransit, "").required) is True
    assert said(of(good, EncryptionInTransit, "").minimum_tls) == "1.2"
    assert said(of(bad, EncryptionInTransit, "").required) is False
    assert said(of(bad, EncryptionInTransit, "").minimum_tls) == "1.0"
    assert said(of(good, EncryptionInTransit, "origin:origin").required) is True
    assert said(of(good, DataAccessLog).enabled) is True
    assert said(of(bad, DataAccessLog).enabled) is False
    assert said(of(good, PublishedService).firewall) is True
    assert said(of(bad, PublishedService).firewall) is False
    assert said(of(good, ResponseHeaders, "default_cache_behavior").protective) is True
    assert said(of(bad, ResponseHeaders, "default_cache_behavior").protective) is False
    assert said(of(good, AllowedMethods, "/api/*").methods) == frozenset({"GET", "HEAD", "DELETE"})


def test_a_bucket_behind_a_distribution_is_published(cloud: AwsServer) -> None:
    assert facet(look(cloud), "aws_s3_bucket", "pages", PublishedContent)


def test_a_certificate_of_a_distribution_belongs_to_the_global_service(cloud: AwsServer) -> None:
    found = look(cloud).resource("aws_acm_certificate")
    assert of(found, Placement).global_service == "CloudFront"


def test_a_certificate_that_no_distribution_uses_is_in_its_region(cloud: AwsServer) -> None:
    cloud.answer("cloudfront", "ListDistributions", listing())
    found = look(cloud).resource("aws_acm_certificate")
    assert said(of(found, Placement).locations) == frozenset({"us-east-1"})


def test_headers_by_which_an_origin_knows_its_distribution_are_not_kept(cloud: AwsServer, tmp_path: Path) -> None:
    collect(cloud.url, tmp_path / "s", CollectOptions(services=("cloudfront",)))
    assert SECRET.encode() not in contents(tmp_path / "s")


def test_a_distribution_for_several_tenants_is_read_likewise(cloud: AwsServer) -> None:
    further = {"Quantity": 1, "Items": [behaviour("allow-all", PathPattern="/x")]}
    one = distribution("GOOD", ConnectionMode="tenant-only", CacheBehaviors=further)
    cloud.answer("cloudfront", "ListDistributions", listing(one))
    found = look(cloud).resource("aws_cloudfront_multitenant_distribution")
    assert said(of(found, AllowedMethods, "/x").methods) == frozenset({"GET", "HEAD", "DELETE"})
    assert said(of(found, EncryptionInTransit, "origin:origin").required) is True


def test_the_log_of_a_distribution_that_is_not_shown_is_unknown(cloud: AwsServer) -> None:
    cloud.refuse(["cloudfront:GetDistributionConfig"])
    found = look(cloud)
    assert why(facet(found, "aws_cloudfront_distribution", "BAD", DataAccessLog).enabled) is Reason.DENIED


def test_distributions_that_cannot_be_listed_are_stood_for(cloud: AwsServer) -> None:
    cloud.refuse(["cloudfront:ListDistributions"])
    assert statuses(look(cloud), "aws_cloudfront_distribution") == {"unknown"}


def test_the_log_of_queries_belongs_to_its_zone(aws: AwsServer) -> None:
    zones = [
        {"Id": f"/hostedzone/{name}", "Name": "example.jp.", "CallerReference": name} for name in ("ZLOGGED", "ZPLAIN")
    ]
    aws.answer(
        "route53", "ListHostedZones", {"HostedZones": zones, "Marker": "", "IsTruncated": False, "MaxItems": "100"}
    )
    group = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/route53/x"
    log = {"Id": "11111111-2222-3333-4444-555555555555", "HostedZoneId": "ZLOGGED", "CloudWatchLogsLogGroupArn": group}
    aws.answer("route53", "ListQueryLoggingConfigs", {"QueryLoggingConfigs": [log]})
    sets = [{"ResourceType": "hostedzone", "ResourceId": "ZLOGGED", "Tags": [{"Key": "env", "Value": "prod"}]}]
    aws.answer("route53", "ListTagsForResources", {"ResourceTagSets": sets})
    found = audit(aws.url, ["route53"])
    assert said(facet(found, "aws_route53_zone", "ZLOGGED", DataAccessLog).enabled) is True
    assert not [one for one in found.resource("aws_route53_zone", "ZPLAIN").facets if isinstance(one, DataAccessLog)]
    asked = [one.parameters for one in aws.calls() if one.operation == "ListTagsForResources"]
    assert [sorted(one["ResourceIds"]) for one in asked] == [["ZLOGGED", "ZPLAIN"]]
    assert said(found.resource("aws_route53_zone", "ZLOGGED").tag("env")) == "prod"


def test_certificates_of_all_kinds_of_keys_are_asked_for(aws: AwsServer) -> None:
    aws.answer("acm", "ListCertificates", {"CertificateSummaryList": []})
    audit(aws.url, ["acm"])
    asked = next(one.parameters for one in aws.calls() if one.operation == "ListCertificates")
    assert "EC_prime256v1" in asked["Includes"]["keyTypes"]
