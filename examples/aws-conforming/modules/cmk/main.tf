terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "name" {
  description = "鍵の説明に使う名前 / name used in the description"
  type        = string
}

variable "account_id" {
  type = string
}

variable "administrator_role" {
  description = "鍵を管理するが、復号はしない役割 / administers the key, cannot decrypt"
  type        = string
}

variable "services" {
  description = "この鍵を使うサービス / services that may use the key"
  type        = list(string)
  default     = []
}

variable "deletion_window_days" {
  type = number
}

# 廃棄の時に鍵を消せば復元困難になるよう、利用者が削除できる鍵(CMK)にする。
# A customer managed key: deleting it at disposal makes the data unreadable.
resource "aws_kms_key" "this" {
  description             = "${var.name} の暗号鍵"
  deletion_window_in_days = var.deletion_window_days
  enable_key_rotation     = true
  rotation_period_in_days = 365

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "AccountAdministration"
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
          Action    = "kms:*"
          Resource  = "*"
        },
        {
          Sid       = "KeyAdministration"
          Effect    = "Allow"
          Principal = { AWS = "arn:aws:iam::${var.account_id}:role/${var.administrator_role}" }
          Action = [
            "kms:Describe*", "kms:Get*", "kms:List*", "kms:Enable*", "kms:Update*",
            "kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion",
          ]
          Resource = "*"
        },
      ],
      length(var.services) == 0 ? [] : [
        {
          Sid       = "ServiceUse"
          Effect    = "Allow"
          Principal = { Service = var.services }
          Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
          Resource  = "*"
          Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
        },
      ],
    )
  })
}

output "arn" {
  value = aws_kms_key.this.arn
}
