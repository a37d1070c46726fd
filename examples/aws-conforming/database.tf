resource "aws_db_subnet_group" "this" {
  name       = var.system_name
  subnet_ids = [for s in aws_subnet.private : s.id]
}

# 平文の接続を受け付けず、読み書きを pgAudit で記録する。
resource "aws_rds_cluster_parameter_group" "resident" {
  name   = "${var.system_name}-resident"
  family = "aurora-postgresql16"

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

resource "aws_db_parameter_group" "ledger" {
  name   = "${var.system_name}-ledger"
  family = "postgres16"

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

# 住民記録の本体。PITR は保存日数の間だけ効くので 35 日(最長)にする。
# EXPECT pass: encryption.at-rest
# EXPECT pass: encryption.customer-key
# EXPECT pass: backup.enabled
# EXPECT pass: backup.retention
# EXPECT pass: backup.offsite
# EXPECT pass: encryption.in-transit
# EXPECT pass: log.data-access
resource "aws_rds_cluster" "resident" {
  cluster_identifier              = "${var.system_name}-resident"
  engine                          = "aurora-postgresql"
  engine_version                  = "16.6"
  database_name                   = "resident"
  master_username                 = "dbadmin"
  manage_master_user_password     = true
  master_user_secret_kms_key_id   = module.key["data"].arn
  storage_encrypted               = true
  kms_key_id                      = module.key["data"].arn
  db_subnet_group_name            = aws_db_subnet_group.this.name
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.resident.name
  vpc_security_group_ids          = [aws_security_group.internal.id]
  backup_retention_period         = 35
  preferred_backup_window         = "17:00-18:00"
  copy_tags_to_snapshot           = true
  deletion_protection             = true
  skip_final_snapshot             = false
  final_snapshot_identifier       = "${var.system_name}-resident-final"
  enabled_cloudwatch_logs_exports = ["postgresql"]
  tags                            = local.backup_tags
}

resource "aws_rds_cluster_instance" "resident" {
  count = 2

  identifier                      = "${var.system_name}-resident-${count.index}"
  cluster_identifier              = aws_rds_cluster.resident.id
  engine                          = aws_rds_cluster.resident.engine
  instance_class                  = "db.r6g.large"
  publicly_accessible             = false
  performance_insights_enabled    = true
  performance_insights_kms_key_id = module.key["data"].arn
}

# 証明書発行の台帳。
# EXPECT pass: encryption.at-rest
# EXPECT pass: encryption.customer-key
# EXPECT pass: backup.enabled
# EXPECT pass: backup.retention
# EXPECT pass: backup.offsite
# EXPECT pass: residency.replication
# EXPECT pass: log.data-access
resource "aws_db_instance" "ledger" {
  identifier                      = "${var.system_name}-ledger"
  engine                          = "postgres"
  engine_version                  = "16.6"
  instance_class                  = "db.m6g.large"
  allocated_storage               = 100
  max_allocated_storage           = 400
  db_name                         = "ledger"
  username                        = "dbadmin"
  manage_master_user_password     = true
  master_user_secret_kms_key_id   = module.key["data"].arn
  multi_az                        = true
  storage_encrypted               = true
  kms_key_id                      = module.key["data"].arn
  db_subnet_group_name            = aws_db_subnet_group.this.name
  parameter_group_name            = aws_db_parameter_group.ledger.name
  vpc_security_group_ids          = [aws_security_group.internal.id]
  backup_retention_period         = 14
  backup_window                   = "17:00-18:00"
  copy_tags_to_snapshot           = true
  deletion_protection             = true
  skip_final_snapshot             = false
  final_snapshot_identifier       = "${var.system_name}-ledger-final"
  enabled_cloudwatch_logs_exports = ["postgresql"]
  tags                            = local.backup_tags
}

# 自動バックアップを大阪へ写す。鍵も大阪のもの。
resource "aws_db_instance_automated_backups_replication" "ledger" {
  provider = aws.osaka

  source_db_instance_arn = aws_db_instance.ledger.arn
  kms_key_id             = module.key_osaka["data"].arn
  retention_period       = 14
}

# EXPECT pass: encryption.customer-key
# EXPECT pass: encryption.in-transit
# EXPECT pass: backup.enabled
resource "aws_dynamodb_table" "session" {
  name                        = "${var.system_name}-reception"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "reception_id"
  deletion_protection_enabled = true
  tags                        = local.backup_tags

  attribute {
    name = "reception_id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = module.key["data"].arn
  }
}

# 平文の HTTP を拒否する。
resource "aws_dynamodb_resource_policy" "session" {
  resource_arn = aws_dynamodb_table.session.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "DenyPlainHttp"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = "dynamodb:*"
      Resource  = "arn:aws:dynamodb:ap-northeast-1:${var.account_id}:table/${var.system_name}-reception"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
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
    kms_key_id = module.key_osaka["data"].arn
  }
}
