# EXPECT pass: encryption.customer-key @ aws_sqs_queue.this
module "queue" {
  source   = "./modules/queue"
  for_each = toset(["issue", "notice"])

  name    = "${var.system_name}-${each.key}"
  key_arn = module.key["message"].arn
}

# EXPECT pass: encryption.customer-key
resource "aws_sns_topic" "alert" {
  name              = "${var.system_name}-alert"
  kms_master_key_id = module.key["message"].arn
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
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = "arn:aws:sns:${var.primary_region}:${var.account_id}:${var.system_name}-alert"
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "operator" {
  topic_arn = aws_sns_topic.alert.arn
  protocol  = "email"
  endpoint  = "security@city.example.jp"
}
