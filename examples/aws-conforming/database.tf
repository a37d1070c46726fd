resource "aws_db_subnet_group" "this" {
  name       = var.system_name
  subnet_ids = [aws_subnet.private["a"].id, aws_subnet.private["c"].id]
}

# 平文の接続を受け付けず、読み書きを pgAudit で記録する。
resource "aws_db_parameter_group" "resident" {
  name   = "${var.system_name}-resident"
  family = "postgres17"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name         = "shared_preload_libraries"
    value        = "pg_stat_statements,pgaudit"
    apply_method = "pending-reboot"
  }

  parameter {
    name  = "pgaudit.log"
    value = "read,write,ddl,role"
  }
}

# 住民記録の本体。二つのゾーンに置き、管理者の名前は既定のものを避ける。
# Two zones, and an administrator whose name nobody guesses.
# EXPECT pass: encryption.at-rest
# EXPECT pass: encryption.customer-key
# EXPECT pass: backup.enabled
# EXPECT pass: backup.retention
# EXPECT pass: backup.offsite
# EXPECT pass: residency.replication
# EXPECT pass: log.data-access
# EXPECT pass: encryption.in-transit
# EXPECT pass: redundancy.zones
# EXPECT pass: redundancy.failover
# EXPECT pass: capacity.scaling
# EXPECT pass: capacity.alarm
# EXPECT pass: monitoring.server
# EXPECT pass: vulnerability.patch
# EXPECT pass: network.public-endpoint
# EXPECT pass: privileged.default-account
resource "aws_db_instance" "resident" {
  identifier                      = "${var.system_name}-resident"
  engine                          = "postgres"
  engine_version                  = "17.6"
  instance_class                  = "db.m6g.large"
  allocated_storage               = 100
  max_allocated_storage           = 400
  db_name                         = "resident"
  username                        = "juki_owner"
  manage_master_user_password     = true
  master_user_secret_kms_key_id   = module.key["data"].arn
  multi_az                        = true
  auto_minor_version_upgrade      = true
  engine_lifecycle_support        = "open-source-rds-extended-support-disabled"
  storage_encrypted               = true
  kms_key_id                      = module.key["data"].arn
  db_subnet_group_name            = aws_db_subnet_group.this.name
  parameter_group_name            = aws_db_parameter_group.resident.name
  vpc_security_group_ids          = [aws_security_group.internal.id]
  backup_retention_period         = 14
  backup_window                   = "17:00-18:00"
  copy_tags_to_snapshot           = true
  deletion_protection             = true
  skip_final_snapshot             = false
  final_snapshot_identifier       = "${var.system_name}-resident-final"
  enabled_cloudwatch_logs_exports = ["postgresql"]
  tags                            = local.backup_tags
}

# 自動バックアップを大阪へ写す。鍵も大阪のもの。
resource "aws_db_instance_automated_backups_replication" "resident" {
  provider = aws.osaka

  source_db_instance_arn = aws_db_instance.resident.arn
  kms_key_id             = module.key_osaka.arn
  retention_period       = 14
}

# 複製は大阪だけ。
# EXPECT pass: encryption.customer-key
# EXPECT pass: residency.replication
resource "aws_secretsmanager_secret" "link" {
  name                    = "${var.system_name}/link"
  description             = "庁内連携の接続情報"
  kms_key_id              = module.key["data"].arn
  recovery_window_in_days = 30

  replica {
    region     = var.secondary_region
    kms_key_id = module.key_osaka.arn
  }
}
