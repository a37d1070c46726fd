# 回転なし、待機 7 日、誰でも使える鍵ポリシー。
# No rotation, the shortest waiting period, and a key policy open to everyone.
# EXPECT fail: key.rotation
# EXPECT fail: key.deletion-window
# EXPECT fail: key.policy
resource "aws_kms_key" "shared" {
  description             = "共用の鍵"
  enable_key_rotation     = false
  deletion_window_in_days = 7

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

# EXPECT pass: key.rotation @ aws_kms_key.this
# EXPECT pass: key.deletion-window @ aws_kms_key.this
# EXPECT pass: key.policy @ aws_kms_key.this
module "key_log" {
  source               = "./modules/cmk"
  name                 = "${var.system_name}-log"
  account_id           = var.account_id
  administrator_role   = "key-administrator"
  deletion_window_days = 30
}

# 国外の鍵。
# EXPECT fail: residency.location @ aws_kms_key.this
module "key_singapore" {
  source = "./modules/cmk"

  providers = {
    aws = aws.singapore
  }

  name                 = "${var.system_name}-data-singapore"
  account_id           = var.account_id
  administrator_role   = "key-administrator"
  deletion_window_days = 30
}
