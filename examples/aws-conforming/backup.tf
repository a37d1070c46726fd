# EXPECT pass: backup.encrypted
# EXPECT pass: backup.immutable
resource "aws_backup_vault" "tokyo" {
  name        = "${var.system_name}-tokyo"
  kms_key_arn = module.key["backup"].arn
}

# EXPECT pass: backup.encrypted
# EXPECT pass: backup.immutable
resource "aws_backup_vault" "osaka" {
  provider    = aws.osaka
  name        = "${var.system_name}-osaka"
  kms_key_arn = module.key_osaka.arn
}

# 3 日の猶予の後は管理者でも短くできない(コンプライアンスモード)。
resource "aws_backup_vault_lock_configuration" "tokyo" {
  backup_vault_name   = aws_backup_vault.tokyo.name
  changeable_for_days = 3
  min_retention_days  = 14
  max_retention_days  = 400
}

resource "aws_backup_vault_lock_configuration" "osaka" {
  provider            = aws.osaka
  backup_vault_name   = aws_backup_vault.osaka.name
  changeable_for_days = 3
  min_retention_days  = 14
  max_retention_days  = 400
}

# 毎日 02:00(日本時間)に取り、大阪へ写す。
# EXPECT pass: backup.interval
# EXPECT pass: backup.retention
# EXPECT pass: backup.offsite
# EXPECT pass: residency.replication
resource "aws_backup_plan" "daily" {
  name = "${var.system_name}-daily"

  rule {
    rule_name                    = "daily"
    target_vault_name            = aws_backup_vault.tokyo.name
    schedule                     = "cron(0 2 * * ? *)"
    schedule_expression_timezone = "Asia/Tokyo"

    lifecycle {
      delete_after = 35
    }

    copy_action {
      destination_vault_arn = aws_backup_vault.osaka.arn

      lifecycle {
        delete_after = 35
      }
    }
  }
}

resource "aws_backup_selection" "daily" {
  name         = "${var.system_name}-daily"
  plan_id      = aws_backup_plan.daily.id
  iam_role_arn = aws_iam_role.service["backup.amazonaws.com"].arn

  selection_tag {
    type  = "STRINGEQUALS"
    key   = "Backup"
    value = "daily"
  }
}
