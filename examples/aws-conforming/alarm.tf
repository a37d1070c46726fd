# EXPECT pass: encryption.customer-key
resource "aws_sns_topic" "alert" {
  name              = "${var.system_name}-alert"
  kms_master_key_id = module.key["data"].arn
}

resource "aws_sns_topic_policy" "alert" {
  arn = aws_sns_topic.alert.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyPlainHttp"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = "arn:aws:sns:${var.primary_region}:${var.account_id}:${var.system_name}-alert"
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "Publish"
        Effect    = "Allow"
        Principal = { Service = ["cloudwatch.amazonaws.com", "events.amazonaws.com"] }
        Action    = "sns:Publish"
        Resource  = "arn:aws:sns:${var.primary_region}:${var.account_id}:${var.system_name}-alert"
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "operator" {
  topic_arn = aws_sns_topic.alert.arn
  protocol  = "email"
  endpoint  = "security@city.example.jp"
}

# サーバとデータベースの使用率。使い切る前に知らせる。
# Use of machine and database; somebody is told before it is used up.
# EXPECT pass: monitoring.recipient
resource "aws_cloudwatch_metric_alarm" "batch_cpu" {
  alarm_name          = "${var.system_name}-batch-cpu"
  namespace           = "AWS/EC2"
  metric_name         = "CPUUtilization"
  dimensions          = { InstanceId = aws_instance.batch.id }
  statistic           = "Average"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 80
  period              = 300
  evaluation_periods  = 3
  alarm_actions       = [aws_sns_topic.alert.arn]
}

# EXPECT pass: monitoring.recipient
resource "aws_cloudwatch_metric_alarm" "resident_cpu" {
  alarm_name          = "${var.system_name}-resident-cpu"
  namespace           = "AWS/RDS"
  metric_name         = "CPUUtilization"
  dimensions          = { DBInstanceIdentifier = aws_db_instance.resident.identifier }
  statistic           = "Average"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 80
  period              = 300
  evaluation_periods  = 3
  alarm_actions       = [aws_sns_topic.alert.arn]
}

# 証跡から、ルートユーザーの操作を探して知らせる。
# Use of the root user is looked for in the trail.
# EXPECT pass: monitoring.log-analysis
resource "aws_cloudwatch_log_metric_filter" "root_use" {
  name           = "root-use"
  log_group_name = aws_cloudwatch_log_group.this["trail"].name
  pattern        = "{ $.userIdentity.type = \"Root\" && $.eventType != \"AwsServiceEvent\" }"

  metric_transformation {
    name      = "RootUse"
    namespace = "Audit"
    value     = "1"
  }
}

# EXPECT pass: monitoring.recipient
resource "aws_cloudwatch_metric_alarm" "root_use" {
  alarm_name          = "${var.system_name}-root-use"
  namespace           = "Audit"
  metric_name         = "RootUse"
  statistic           = "Sum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alert.arn]
}
