# BoolIfExists は条件の鍵が無い呼び出し(長期の鍵など)を通すので、MFA を強いたことにならない。
# BoolIfExists lets calls through that carry no MFA key at all.
# EXPECT fail: mfa.delegated-admin
# EXPECT fail: access.delegated-rights
# EXPECT fail: privileged.session
resource "aws_iam_role" "contractor_operator" {
  name                 = "${var.system_name}-contractor-operator"
  max_session_duration = 43200

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${var.contractor_account_id}:root" }
      Action    = "sts:AssumeRole"
      Condition = { BoolIfExists = { "aws:MultiFactorAuthPresent" = "true" } }
    }]
  })
}

# 条件そのものがない。
# EXPECT fail: mfa.delegated-admin
# EXPECT fail: access.delegated-rights
resource "aws_iam_role" "contractor_developer" {
  name = "${var.system_name}-contractor-developer"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${var.contractor_account_id}:root" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "contractor" {
  for_each = {
    operator  = aws_iam_role.contractor_operator.name
    developer = aws_iam_role.contractor_developer.name
  }

  role       = each.value
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

# 管理者の利用者に長期の鍵を渡し、MFA を求める方針を付けていない。
# EXPECT fail: mfa.privileged-user
resource "aws_iam_user" "operator" {
  name = "operator"
}

resource "aws_iam_user_policy_attachment" "operator" {
  user       = aws_iam_user.operator.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

resource "aws_iam_access_key" "operator" {
  user = aws_iam_user.operator.name
}

# 短く、期限がなく、使い回せるパスワード。
# Short, without an end, and to be used again.
# EXPECT fail: password.strength
# EXPECT fail: password.reuse
# EXPECT fail: password.expiry
resource "aws_iam_account_password_policy" "this" {
  minimum_password_length = 6
}
