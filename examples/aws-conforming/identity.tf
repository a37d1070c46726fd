# サービスが引き受ける役割。人は使わない。
resource "aws_iam_role" "service" {
  for_each = toset([
    "backup.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "config.amazonaws.com",
    "ec2.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
  ])

  name = "${var.system_name}-${split(".", each.key)[0]}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = each.key }
      Action    = "sts:AssumeRole"
    }]
  })
}

# 委託事業者に管理権限を渡す役割。MFA を済ませていなければ引き受けられない。
# Bool を使う。BoolIfExists だと、条件の鍵が無い呼び出しを通してしまう。
# EXPECT pass: mfa.delegated-admin
resource "aws_iam_role" "contractor" {
  name                 = "${var.system_name}-contractor"
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${var.contractor_account_id}:root" }
      Action    = "sts:AssumeRole"
      Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "contractor" {
  role       = aws_iam_role.contractor.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

# 職員は本市の IdP から入る。多要素認証は IdP が求めるので、IdP の設定書面で確かめる。
# Staff sign in through the city's identity provider; whether it asks for MFA is shown by its own settings.
resource "aws_iam_saml_provider" "city" {
  name                   = "city-idp"
  saml_metadata_document = var.saml_metadata
}

# EXPECT unknown: mfa.delegated-admin
resource "aws_iam_role" "staff" {
  name = "${var.system_name}-staff"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_saml_provider.city.arn }
      Action    = "sts:AssumeRoleWithSAML"
      Condition = { StringEquals = { "SAML:aud" = "https://signin.aws.amazon.com/saml" } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "staff" {
  role       = aws_iam_role.staff.name
  policy_arn = "arn:aws:iam::aws:policy/job-function/SystemAdministrator"
}

resource "aws_iam_account_password_policy" "this" {
  minimum_password_length        = 14
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  require_numbers                = true
  require_symbols                = true
  password_reuse_prevention      = 24
  allow_users_to_change_password = true
}
