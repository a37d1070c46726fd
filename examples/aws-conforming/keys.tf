# 用途ごとに鍵を分ける。利用終了の時、消す鍵と残す鍵(ログ)を別にできる。
# One key per purpose, so that disposal can destroy data keys while log keys live on.
# EXPECT pass: key.rotation @ aws_kms_key.this
# EXPECT pass: key.deletion-window @ aws_kms_key.this
# EXPECT pass: key.policy @ aws_kms_key.this
module "key" {
  source   = "./modules/cmk"
  for_each = toset(["data", "log", "backup"])

  name                 = "${var.system_name}-${each.key}"
  account_id           = var.account_id
  administrator_role   = "key-administrator"
  deletion_window_days = var.key_deletion_window_days
  services = [
    "logs.${var.primary_region}.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "sns.amazonaws.com",
    "backup.amazonaws.com",
    "cloudfront.amazonaws.com",
    "cloudwatch.amazonaws.com",
    "events.amazonaws.com",
    "delivery.logs.amazonaws.com",
    "config.amazonaws.com",
  ]
}

module "key_osaka" {
  source = "./modules/cmk"

  providers = {
    aws = aws.osaka
  }

  name                 = "${var.system_name}-osaka"
  account_id           = var.account_id
  administrator_role   = "key-administrator"
  deletion_window_days = var.key_deletion_window_days
}

# EBS は指定を忘れても暗号化されるようにする。
resource "aws_ebs_encryption_by_default" "this" {
  enabled = true
}

resource "aws_ebs_default_kms_key" "this" {
  key_arn = module.key["data"].arn
}
