locals {
  common_tags = {
    System          = var.system_name
    Confidentiality = "3B"
    Owner           = "shimin-ka"
    Environment     = "production"
  }

  # 取得日次バックアップの対象に付ける札。aws_backup_selection がこれを見る。
  # Marks what the daily backup plan selects.
  backup_tags = { Backup = "daily" }

  # S3 のバケット名は apply を待たずに決まるので、方針の ARN は名前から組み立てる。
  # Bucket names are known before apply, so policies are built from the names.
  trail_bucket_name      = "${var.system_name}-trail"
  access_log_bucket_name = "${var.system_name}-access-log"
}
