locals {
  common_tags = {
    System          = var.system_name
    Confidentiality = "3B"
    Owner           = "shimin-ka"
    Environment     = "production"
  }

  # 日次バックアップの対象に付ける札。aws_backup_selection がこれを見る。
  # Marks what the daily backup plan selects.
  backup_tags = { Backup = "daily" }

  # S3 のバケット名は apply を待たずに決まるので、方針の ARN は名前から組み立てる。
  # Bucket names are known before apply, so policies are built from the names.
  log_bucket_name    = "${var.system_name}-log"
  portal_bucket_name = "${var.system_name}-portal"

  # 各ゾーンに置くサブネット。一つのゾーンの障害で止まらないよう二つ使う。
  # Two zones, so that the failure of one stops nothing.
  zones = {
    a = { private = "10.20.0.0/24", firewall = "10.20.10.0/28" }
    c = { private = "10.20.1.0/24", firewall = "10.20.10.16/28" }
  }

  city_network = "192.168.100.0/24"
}
