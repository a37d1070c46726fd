resource "aws_acm_certificate" "internal" {
  domain_name       = "juki.city.example.jp"
  validation_method = "DNS"
}

# 庁内からの入口。ALB のアクセスログは SSE-S3 の置き場にしか書けず、利用者が消せる鍵を使えない。
# そこで、顧客管理鍵の置き場に書ける NLB の TLS リスナーで受ける。
# Access logs of an ALB go to SSE-S3 buckets only; those of an NLB may go to a bucket with a customer managed key.
# EXPECT pass: log.data-access
# EXPECT pass: redundancy.zones
resource "aws_lb" "this" {
  name               = var.system_name
  internal           = true
  load_balancer_type = "network"
  security_groups    = [aws_security_group.internal.id]

  # 二つのゾーンで受ける。
  subnet_mapping {
    subnet_id = aws_subnet.private["a"].id
  }

  subnet_mapping {
    subnet_id = aws_subnet.private["c"].id
  }

  access_logs {
    enabled = true
    bucket  = module.log_bucket.id
    prefix  = "nlb"
  }
}

resource "aws_lb_target_group" "web" {
  name     = "${var.system_name}-web"
  port     = 443
  protocol = "TLS"
  vpc_id   = aws_vpc.this.id
}

# TLS 1.2 以上だけを受ける。
# EXPECT pass: encryption.in-transit
resource "aws_lb_listener" "tls" {
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "TLS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate.internal.arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

# ---- 申請ポータル(公開) / public portal

# EXPECT not_applicable: residency.location
resource "aws_acm_certificate" "portal" {
  provider          = aws.virginia
  domain_name       = "portal.city.example.jp"
  validation_method = "DNS"
}

# EXPECT not_applicable: residency.location
# EXPECT pass: web.firewall
resource "aws_wafv2_web_acl" "portal" {
  provider = aws.virginia
  name     = "${var.system_name}-portal"
  scope    = "CLOUDFRONT"

  default_action {
    allow {}
  }

  rule {
    name     = "common"
    priority = 1

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        name        = "AWSManagedRulesCommonRuleSet"
        vendor_name = "AWS"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "common"
      sampled_requests_enabled   = false
    }
  }

  # 短い時間に多数の要求を送る相手を遮断する。
  # Whoever sends too many requests in a short time is turned away.
  rule {
    name     = "rate"
    priority = 2

    action {
      block {}
    }

    statement {
      rate_based_statement {
        limit              = 2000
        aggregate_key_type = "IP"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "rate"
      sampled_requests_enabled   = false
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "portal"
    sampled_requests_enabled   = false
  }
}

resource "aws_cloudfront_origin_access_control" "portal" {
  name                              = "${var.system_name}-portal"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

# 配信拠点に住民の情報を残さないよう、キャッシュしない。
# Nothing is cached at edge locations, which stand in many countries.
# EXPECT pass: web.firewall
# EXPECT pass: dos.protection
# EXPECT pass: web.disclosure
# EXPECT manual: web.methods
# EXPECT pass: encryption.in-transit
# EXPECT pass: log.data-access
# EXPECT not_applicable: residency.location
resource "aws_cloudfront_distribution" "portal" {
  enabled         = true
  aliases         = ["portal.city.example.jp"]
  web_acl_id      = aws_wafv2_web_acl.portal.arn
  is_ipv6_enabled = true
  price_class     = "PriceClass_200"

  # 閲覧の記録は東京の置き場に書く。
  logging_config {
    bucket = "${local.log_bucket_name}.s3.amazonaws.com"
    prefix = "cloudfront/"
  }

  # 案内のページ。読むだけなので、読取りのメソッドだけを通す。
  # Pages that are only read.
  origin {
    origin_id                = "pages"
    domain_name              = module.portal_bucket.domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.portal.id
  }

  # 申請を受け付けるアプリケーション。
  # The application that takes applications.
  origin {
    origin_id   = "application"
    domain_name = "origin.portal.city.example.jp"

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id       = "pages"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    # AWS 管理の CachingDisabled と SecurityHeadersPolicy
    cache_policy_id            = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    response_headers_policy_id = "67f7725c-6f97-4210-82d7-5512b31e9d03"
  }

  ordered_cache_behavior {
    path_pattern               = "/apply/*"
    target_origin_id           = "application"
    viewer_protocol_policy     = "https-only"
    allowed_methods            = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods             = ["GET", "HEAD"]
    cache_policy_id            = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    response_headers_policy_id = "67f7725c-6f97-4210-82d7-5512b31e9d03"
  }

  restrictions {
    geo_restriction {
      restriction_type = "whitelist"
      locations        = ["JP"]
    }
  }

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate.portal.arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}
