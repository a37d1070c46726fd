# Terraform から外しても、アカウントは閉じられずに残る。
# EXPECT fail: teardown.account (terminate)
resource "aws_organizations_account" "system" {
  name              = var.system_name
  email             = "aws-juki@city.example.jp"
  close_on_deletion = false
}

# 国外のリージョンも許している。
# EXPECT fail: residency.guardrail
resource "aws_organizations_policy" "region" {
  name = "region"
  type = "SERVICE_CONTROL_POLICY"

  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "DenyOtherRegions"
      Effect    = "Deny"
      NotAction = ["iam:*", "organizations:*", "sts:*", "support:*"]
      Resource  = "*"
      Condition = { StringNotEquals = { "aws:RequestedRegion" = ["ap-northeast-1", "ap-southeast-1", "us-east-1"] } }
    }]
  })
}

resource "aws_organizations_policy_attachment" "region" {
  policy_id = aws_organizations_policy.region.id
  target_id = aws_organizations_account.system.id
}
