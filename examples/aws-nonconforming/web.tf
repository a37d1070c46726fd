resource "aws_lb" "this" {
  name     = var.system_name
  internal = true
  subnets  = [aws_subnet.private.id]
}

resource "aws_lb_target_group" "web" {
  name     = "${var.system_name}-web"
  port     = 443
  protocol = "HTTPS"
  vpc_id   = aws_vpc.this.id
}

resource "aws_acm_certificate" "internal" {
  domain_name       = "juki.city.example.jp"
  validation_method = "DNS"
}

# 平文で中身を返している。
# EXPECT fail: encryption.in-transit
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

# HTTPS へ移すだけのリスナーは、中身を平文で返さない。
# A listener that only redirects to HTTPS returns nothing in plain text.
# EXPECT pass: encryption.in-transit
resource "aws_lb_listener" "redirect" {
  load_balancer_arn = aws_lb.this.arn
  port              = 8080
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

# TLS 1.0 を受ける古い方針。
# EXPECT fail: encryption.in-transit
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-2016-08"
  certificate_arn   = aws_acm_certificate.internal.arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

# EXPECT fail: encryption.in-transit
# EXPECT fail: web.firewall
# EXPECT fail: dos.protection
resource "aws_cloudfront_distribution" "portal" {
  enabled = true

  origin {
    origin_id   = "portal"
    domain_name = "origin.portal.city.example.jp"

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1"]
    }
  }

  default_cache_behavior {
    target_origin_id       = "portal"
    viewer_protocol_policy = "allow-all"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

# 数えるだけで、要求を拒む規則がない。
# It only counts and turns nothing away.
# EXPECT fail: web.firewall
resource "aws_wafv2_web_acl" "count_only" {
  name  = var.system_name
  scope = "REGIONAL"

  default_action {
    allow {}
  }

  rule {
    name     = "common"
    priority = 1

    override_action {
      count {}
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

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "count-only"
    sampled_requests_enabled   = false
  }
}

# 公開する内容の以前の版が残らず、改ざんされても戻せない。分類の値も定めたものでない。
# Published content without versions; its class is none of those that are set.
# EXPECT fail: web.content-protection
# EXPECT fail: backup.object-versioning
# EXPECT fail: encryption.customer-key
# EXPECT fail: inventory.classification
resource "aws_s3_bucket" "pages" {
  bucket = "${var.system_name}-pages"
  tags   = { Confidentiality = "open" }
}

resource "aws_s3_bucket_website_configuration" "pages" {
  bucket = aws_s3_bucket.pages.id

  index_document {
    suffix = "index.html"
  }
}
