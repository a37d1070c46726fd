# 保存 30 日。廃棄の時も消えずに残る(skip_destroy)。鍵の指定なし。
# EXPECT fail: log.retention
# EXPECT fail: teardown.deletable
# EXPECT fail: teardown.residue (terminate)
# EXPECT fail: encryption.customer-key
resource "aws_cloudwatch_log_group" "application" {
  name              = "/${var.system_name}/application"
  retention_in_days = 30
  skip_destroy      = true
}

# 1 リージョンだけ、検証なし。データの読み書きを記録しないことは、保存先のほうで判定する。
# That reads and writes of data are not recorded is judged at the stores.
# EXPECT fail: log.audit-trail
# EXPECT fail: log.integrity
# EXPECT none: log.data-access
resource "aws_cloudtrail" "this" {
  name                          = var.system_name
  s3_bucket_name                = aws_s3_bucket.trail.id
  is_multi_region_trail         = false
  include_global_service_events = false
  enable_log_file_validation    = false
  kms_key_id                    = module.key_log.arn

  event_selector {
    read_write_type           = "WriteOnly"
    include_management_events = true
  }
}
