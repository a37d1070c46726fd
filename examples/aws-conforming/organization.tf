# 利用終了の時、Terraform から外すだけでなくアカウントを閉じる。
# EXPECT pass: teardown.account (terminate)
resource "aws_organizations_account" "system" {
  provider          = aws.organization
  name              = var.system_name
  email             = "aws-juki@city.example.jp"
  close_on_deletion = true
}

# 東京・大阪以外での操作を拒む。世界共通のサービスだけを除く。
# EXPECT pass: residency.guardrail
resource "aws_organizations_policy" "region" {
  provider = aws.organization
  name     = "japan-only"
  type     = "SERVICE_CONTROL_POLICY"

  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "DenyOutsideJapan"
      Effect = "Deny"
      NotAction = [
        "iam:*", "organizations:*", "sts:*", "support:*", "health:*", "account:*", "budgets:*", "ce:*",
        "cloudfront:*", "route53:*", "wafv2:*", "acm:*", "shield:*",
      ]
      Resource  = "*"
      Condition = { StringNotEquals = { "aws:RequestedRegion" = [var.primary_region, var.secondary_region] } }
    }]
  })
}

resource "aws_organizations_policy_attachment" "region" {
  provider  = aws.organization
  policy_id = aws_organizations_policy.region.id
  target_id = aws_organizations_account.system.id
}

# 証跡を止める操作を誰にも許さない。
resource "aws_organizations_policy" "trail" {
  provider = aws.organization
  name     = "protect-trail"
  type     = "SERVICE_CONTROL_POLICY"

  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "DenyTrailChange"
      Effect   = "Deny"
      Action   = ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail"]
      Resource = "*"
    }]
  })
}

resource "aws_organizations_policy_attachment" "trail" {
  provider  = aws.organization
  policy_id = aws_organizations_policy.trail.id
  target_id = aws_organizations_account.system.id
}
