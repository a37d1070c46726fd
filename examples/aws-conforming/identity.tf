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

# 委託事業者の役割。多要素認証を済ませていなければ引き受けられず、できるのは運用に要る操作だけ。
# Bool を使う。BoolIfExists だと、条件の鍵が無い呼び出しを通してしまう。
# The contractor's role: MFA without fail, an hour at a time, and only what operation needs.
# EXPECT not_applicable: mfa.delegated-admin
# EXPECT pass: access.delegated-rights
# EXPECT pass: access.least-privilege
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

resource "aws_iam_role_policy" "contractor" {
  name = "operation"
  role = aws_iam_role.contractor.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["cloudwatch:Describe*", "cloudwatch:Get*", "ec2:Describe*", "rds:Describe*", "backup:List*"]
        Resource = "*"
      },
      {
        Effect   = "Allow"
        Action   = ["ec2:StartInstances", "ec2:StopInstances", "ssm:StartSession"]
        Resource = "arn:aws:ec2:${var.primary_region}:${var.account_id}:instance/*"
      },
    ]
  })
}

# 職員は本市の IdP から入る。多要素認証は IdP が求めるので、IdP の設定書面で確かめる。
# Staff sign in through the city's identity provider; whether it asks for MFA is shown by its own settings.
resource "aws_iam_saml_provider" "city" {
  name                   = "city-idp"
  saml_metadata_document = var.saml_metadata
}

# EXPECT manual: mfa.delegated-admin
# EXPECT pass: privileged.session
resource "aws_iam_role" "staff" {
  name                 = "${var.system_name}-staff"
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::${var.account_id}:saml-provider/city-idp" }
      Action    = "sts:AssumeRoleWithSAML"
      Condition = { StringEquals = { "SAML:aud" = "https://signin.aws.amazon.com/saml" } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "staff" {
  role       = aws_iam_role.staff.name
  policy_arn = "arn:aws:iam::aws:policy/job-function/SystemAdministrator"
}

# EXPECT pass: password.strength
# EXPECT pass: password.reuse
# EXPECT pass: password.expiry
resource "aws_iam_account_password_policy" "this" {
  minimum_password_length        = 14
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  require_numbers                = true
  require_symbols                = true
  password_reuse_prevention      = 24
  max_password_age               = 180
  allow_users_to_change_password = true
}

# 外部との共有を見付け続ける。
# Finds shares with the outside.
# EXPECT pass: access.review-tool
resource "aws_accessanalyzer_analyzer" "this" {
  analyzer_name = var.system_name
  type          = "ACCOUNT"
}

# 急を要する知らせを受ける窓口。
# EXPECT pass: monitoring.contact
resource "aws_account_alternate_contact" "security" {
  alternate_contact_type = "SECURITY"
  name                   = "Information Security Office"
  title                  = "CISO office"
  email_address          = "security@city.example.jp"
  phone_number           = "+81-3-0000-0000"
}

# 庁内の画面に渡す一時の認証情報は、本市の IdP で認証した職員にだけ出す。
# Temporary credentials go to staff signed in at the city's identity provider, and to no guest.
# EXPECT pass: access.authentication
resource "aws_cognito_identity_pool" "staff" {
  identity_pool_name               = "${var.system_name}-staff"
  allow_unauthenticated_identities = false
  saml_provider_arns               = [aws_iam_saml_provider.city.arn]
}
