# 暗号化はしているが鍵の指定がないので AWS 管理鍵(aws/rds)になり、利用者は鍵を消せない。
# EXPECT fail: encryption.customer-key
# EXPECT pass: encryption.at-rest
# EXPECT fail: privileged.default-account
resource "aws_rds_cluster" "resident" {
  cluster_identifier          = "${var.system_name}-resident"
  engine                      = "aurora-postgresql"
  master_username             = "dbadmin"
  manage_master_user_password = true
  storage_encrypted           = true
  backup_retention_period     = 14
  deletion_protection         = true
  final_snapshot_identifier   = "${var.system_name}-resident-final"
  tags                        = { Backup = "weekly" }
}

resource "aws_db_parameter_group" "ledger" {
  name   = "${var.system_name}-ledger"
  family = "postgres16"

  parameter {
    name  = "rds.force_ssl"
    value = "0"
  }
}

resource "aws_db_subnet_group" "this" {
  name       = var.system_name
  subnet_ids = [aws_subnet.private.id]
}

# 一つのゾーンだけに置き、インターネットから届く。管理者は誰もが試す名前のまま。
# One zone, reachable from the internet, with an administrator whose name everybody tries.
# EXPECT fail: redundancy.zones
# EXPECT fail: redundancy.failover
# EXPECT fail: network.public-endpoint
# EXPECT fail: privileged.default-account
# 暗号化なし、バックアップ 1 日、平文の接続を許す。削除の時に最後の写しも残さない。
# EXPECT fail: encryption.at-rest
# EXPECT fail: encryption.customer-key
# EXPECT fail: encryption.in-transit
# EXPECT fail: backup.retention
# EXPECT pass: backup.enabled
# EXPECT unknown: backup.offsite
resource "aws_db_instance" "ledger" {
  identifier                  = "${var.system_name}-ledger"
  engine                      = "postgres"
  engine_version              = "16.6"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  username                    = "dbadmin"
  manage_master_user_password = true
  storage_encrypted           = false
  db_subnet_group_name        = aws_db_subnet_group.this.name
  publicly_accessible         = true
  parameter_group_name        = aws_db_parameter_group.ledger.name
  backup_retention_period     = 1
  deletion_protection         = false
  skip_final_snapshot         = true
}

# 自動バックアップを取らない。サポートの終わった版のまま、更新も止めている。
# No backups; a version whose support is over, and updates are off.
# EXPECT fail: vulnerability.supported-version
# EXPECT fail: vulnerability.patch
# EXPECT fail: privileged.default-account
# EXPECT fail: backup.enabled
# EXPECT pass: encryption.customer-key
resource "aws_db_instance" "report" {
  identifier                  = "${var.system_name}-report"
  engine                      = "mysql"
  engine_version              = "5.7.44"
  engine_lifecycle_support    = "open-source-rds-extended-support-disabled"
  auto_minor_version_upgrade  = false
  instance_class              = "db.m6g.large"
  allocated_storage           = 50
  username                    = "dbadmin"
  manage_master_user_password = true
  storage_encrypted           = true
  kms_key_id                  = aws_kms_key.shared.arn
  backup_retention_period     = 0
  final_snapshot_identifier   = "${var.system_name}-report-final"
}

# 米国に複製し、PITR は切っている。鍵は AWS 所有のもの。
# EXPECT fail: residency.replication
# EXPECT fail: encryption.customer-key
# EXPECT fail: backup.enabled
resource "aws_dynamodb_table" "reception" {
  name             = "${var.system_name}-reception"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "reception_id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "reception_id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = false
  }

  server_side_encryption {
    enabled = false
  }

  replica {
    region_name = "us-west-2"
  }
}

# EXPECT fail: residency.replication
# EXPECT fail: encryption.customer-key
resource "aws_secretsmanager_secret" "link" {
  name = "${var.system_name}/link"

  replica {
    region = "us-east-1"
  }
}
