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

# 検知を止めたままで、不正プログラムの検査も無効にしている。
# Detection is stopped, and so is the scan for malware.
# EXPECT fail: monitoring.threat-detection
resource "aws_guardduty_detector" "this" {
  enable = false
}

# EXPECT fail: malware.protection
resource "aws_guardduty_detector_feature" "malware" {
  detector_id = aws_guardduty_detector.this.id
  name        = "EBS_MALWARE_PROTECTION"
  status      = "DISABLED"
}

# 使い切る寸前まで鳴らず、鳴っても誰にも知らせない。
# Silent until nearly all is used up, and then it tells nobody.
# EXPECT fail: monitoring.recipient
resource "aws_cloudwatch_metric_alarm" "batch_cpu" {
  alarm_name          = "${var.system_name}-batch-cpu"
  namespace           = "AWS/EC2"
  metric_name         = "CPUUtilization"
  dimensions          = { InstanceId = aws_instance.batch.id }
  statistic           = "Average"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 95
  period              = 300
  evaluation_periods  = 3
}

# 変更の記録を一部の種類に限り、止めている。
# The record of changes leaves types out, and is stopped.
# EXPECT fail: change.record
resource "aws_config_configuration_recorder" "this" {
  name     = var.system_name
  role_arn = aws_iam_role.replication.arn

  recording_group {
    all_supported  = false
    resource_types = ["AWS::EC2::Instance"]
  }
}

resource "aws_config_configuration_recorder_status" "this" {
  name       = aws_config_configuration_recorder.this.name
  is_enabled = false
}
