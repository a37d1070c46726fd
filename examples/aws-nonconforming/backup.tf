# 鍵の指定なし。消せないようにする設定(Vault Lock)もない。
# EXPECT fail: encryption.customer-key
# EXPECT fail: backup.immutable
resource "aws_backup_vault" "tokyo" {
  name          = "${var.system_name}-tokyo"
  force_destroy = true
}

# EXPECT fail: residency.location
# EXPECT fail: backup.immutable
# EXPECT pass: encryption.customer-key
resource "aws_backup_vault" "singapore" {
  provider    = aws.singapore
  name        = "${var.system_name}-singapore"
  kms_key_arn = module.key_singapore.arn
}

# 週 1 回、3 日で消え、写しは国外。
# EXPECT fail: backup.interval
# EXPECT fail: backup.retention
# EXPECT fail: residency.replication
# EXPECT fail: backup.offsite
resource "aws_backup_plan" "weekly" {
  name = "${var.system_name}-weekly"

  rule {
    rule_name         = "weekly"
    target_vault_name = aws_backup_vault.tokyo.name
    schedule          = "cron(0 17 ? * SUN *)"

    lifecycle {
      delete_after = 3
    }

    copy_action {
      destination_vault_arn = aws_backup_vault.singapore.arn

      lifecycle {
        delete_after = 3
      }
    }
  }
}

resource "aws_backup_selection" "weekly" {
  name         = "${var.system_name}-weekly"
  plan_id      = aws_backup_plan.weekly.id
  iam_role_arn = aws_iam_role.replication.arn

  selection_tag {
    type  = "STRINGEQUALS"
    key   = "Backup"
    value = "weekly"
  }
}
