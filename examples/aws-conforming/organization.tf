# 利用終了の時、Terraform から外すだけでなくアカウントを閉じる。
# EXPECT pass: teardown.account (terminate)
resource "aws_organizations_account" "system" {
  provider          = aws.organization
  name              = var.system_name
  email             = "aws-juki@city.example.jp"
  close_on_deletion = true
}

# 東京・大阪以外での操作を拒む。世界共通のサービスだけを除く。証跡を止める操作も誰にも許さない。
# Nothing outside Tokyo and Osaka but global services, and nobody may stop the trail.
# EXPECT pass: residency.guardrail
# EXPECT pass: change.rules
resource "aws_organizations_policy" "guardrail" {
  provider = aws.organization
  name     = "${var.system_name}-guardrail"
  type     = "SERVICE_CONTROL_POLICY"

  content = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "DenyOutsideJapan"
        Effect = "Deny"
        NotAction = [
          "iam:*", "organizations:*", "sts:*", "support:*", "health:*", "account:*", "budgets:*", "ce:*",
          "cloudfront:*", "route53:*", "wafv2:*", "acm:*", "shield:*",
        ]
        Resource  = "*"
        Condition = { StringNotEquals = { "aws:RequestedRegion" = [var.primary_region, var.secondary_region] } }
      },
      {
        Sid      = "DenyTrailChange"
        Effect   = "Deny"
        Action   = ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail"]
        Resource = "*"
      },
    ]
  })
}

resource "aws_organizations_policy_attachment" "guardrail" {
  provider  = aws.organization
  policy_id = aws_organizations_policy.guardrail.id
  target_id = aws_organizations_account.system.id
}
