# 保存期間を必ず書く。書かないと無期限になり、廃棄の時に残る。
# EXPECT pass: log.retention
# EXPECT pass: encryption.customer-key
resource "aws_cloudwatch_log_group" "this" {
  for_each = {
    trail    = "/${var.system_name}/trail"
    flow     = "/${var.system_name}/flow"
    session  = "/${var.system_name}/session"
    firewall = "/${var.system_name}/firewall"
    resident = "/aws/rds/instance/${var.system_name}-resident/postgresql"
  }

  name              = each.value
  retention_in_days = var.log_retention_days
  kms_key_id        = module.key["log"].arn
}

# 全リージョンの操作と、文書への読み書きを記録する。
# EXPECT pass: log.audit-trail
# EXPECT pass: log.data-access
# EXPECT pass: log.integrity
# EXPECT pass: encryption.customer-key
resource "aws_cloudtrail" "this" {
  name                          = var.system_name
  s3_bucket_name                = module.log_bucket.id
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_logging                = true
  enable_log_file_validation    = true
  kms_key_id                    = module.key["log"].arn
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.this["trail"].arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.service["cloudtrail.amazonaws.com"].arn

  advanced_event_selector {
    name = "management"

    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
  }

  advanced_event_selector {
    name = "documents"

    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }

    field_selector {
      field  = "resources.type"
      equals = ["AWS::S3::Object"]
    }
  }
}

# 脅威を常時検知する。疑わしい動きをしたサーバのディスクは、不正プログラムを検査する。
# Threats are looked for all the time; the disks of machines under suspicion are scanned for malware.
# EXPECT pass: monitoring.threat-detection
resource "aws_guardduty_detector" "tokyo" {
  enable = true
}

# EXPECT pass: malware.protection
# EXPECT pass: malware.current
resource "aws_guardduty_detector_feature" "malware" {
  detector_id = aws_guardduty_detector.tokyo.id
  name        = "EBS_MALWARE_PROTECTION"
  status      = "ENABLED"
}

# EXPECT pass: monitoring.threat-detection
resource "aws_guardduty_detector" "osaka" {
  provider = aws.osaka
  enable   = true
}

# 設定を基準に照らして点検し続ける。
# Settings are checked against standards all the time.
# EXPECT pass: change.rules
# EXPECT pass: monitoring.threat-detection
resource "aws_securityhub_account" "this" {
  enable_default_standards = true
}

# 設定の変更履歴を残す。
# EXPECT pass: change.record
resource "aws_config_configuration_recorder" "this" {
  name     = var.system_name
  role_arn = aws_iam_role.service["config.amazonaws.com"].arn

  recording_group {
    all_supported                 = true
    include_global_resource_types = true
  }
}

resource "aws_config_delivery_channel" "this" {
  name           = var.system_name
  s3_bucket_name = module.log_bucket.id
  s3_key_prefix  = "config"
  s3_kms_key_arn = module.key["log"].arn
  depends_on     = [aws_config_configuration_recorder.this]
}

resource "aws_config_configuration_recorder_status" "this" {
  name       = aws_config_configuration_recorder.this.name
  is_enabled = true
  depends_on = [aws_config_delivery_channel.this]
}
