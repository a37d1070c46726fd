terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.osaka]
    }
  }
}

variable "name" {
  type = string
}

variable "key_arn" {
  description = "東京の鍵 / key in Tokyo"
  type        = string
}

variable "replica_key_arn" {
  description = "大阪の鍵 / key in Osaka"
  type        = string
  default     = null
}

variable "replication_role_arn" {
  type    = string
  default = null
}

variable "keep_days" {
  type = number
}

variable "lock_days" {
  description = "オブジェクトロックの日数。0 なら付けない / days of Object Lock, 0 for none"
  type        = number
  default     = 0
}

variable "replicate" {
  description = "大阪に複製するか。しないものは毎日のバックアップを大阪へ写す / whether a replica stands in Osaka"
  type        = bool
  default     = true
}

variable "tags" {
  type    = map(string)
  default = {}
}

variable "extra_statements" {
  description = "バケットポリシーに足す文 / statements added to the bucket policy"
  type        = any
  default     = []
}

locals {
  tls_only = {
    Sid       = "DenyPlainHttp"
    Effect    = "Deny"
    Principal = "*"
    Action    = "s3:*"
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  }
}

resource "aws_s3_bucket" "this" {
  bucket              = var.name
  object_lock_enabled = var.lock_days > 0
  tags                = merge({ Backup = "daily" }, var.tags)
}

# 上書きや誤削除から戻せるよう版を残す。
resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

# SSE-S3(既定)では利用者が鍵を消せないので、KMS の顧客管理鍵を指定する。
resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.key_arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [merge(local.tls_only, { Resource = ["arn:aws:s3:::${var.name}", "arn:aws:s3:::${var.name}/*"] })],
      var.extra_statements,
    )
  })
}

# 保存期間を過ぎたものは消す。過去の版も残し続けない。
resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = var.keep_days
    }

    noncurrent_version_expiration {
      noncurrent_days = 90
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_object_lock_configuration" "this" {
  count  = var.lock_days > 0 ? 1 : 0
  bucket = aws_s3_bucket.this.id

  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = var.lock_days
    }
  }
}

# ---- 大阪の複製先 / replica in Osaka

resource "aws_s3_bucket" "replica" {
  count    = var.replicate ? 1 : 0
  provider = aws.osaka
  bucket   = "${var.name}-osaka"
}

resource "aws_s3_bucket_versioning" "replica" {
  count    = var.replicate ? 1 : 0
  provider = aws.osaka
  bucket   = aws_s3_bucket.replica[0].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "replica" {
  count    = var.replicate ? 1 : 0
  provider = aws.osaka
  bucket   = aws_s3_bucket.replica[0].id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.replica_key_arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "replica" {
  count                   = var.replicate ? 1 : 0
  provider                = aws.osaka
  bucket                  = aws_s3_bucket.replica[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "replica" {
  count    = var.replicate ? 1 : 0
  provider = aws.osaka
  bucket   = aws_s3_bucket.replica[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      merge(local.tls_only, { Resource = ["arn:aws:s3:::${var.name}-osaka", "arn:aws:s3:::${var.name}-osaka/*"] }),
    ]
  })
}

resource "aws_s3_bucket_replication_configuration" "this" {
  count  = var.replicate ? 1 : 0
  bucket = aws_s3_bucket.this.id
  role   = var.replication_role_arn

  rule {
    id     = "to-osaka"
    status = "Enabled"

    filter {}

    delete_marker_replication {
      status = "Enabled"
    }

    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }

    destination {
      bucket        = aws_s3_bucket.replica[0].arn
      storage_class = "STANDARD_IA"

      encryption_configuration {
        replica_kms_key_id = var.replica_key_arn
      }
    }
  }

  # 複製は版の保存が前提になる。
  depends_on = [aws_s3_bucket_versioning.this, aws_s3_bucket_versioning.replica]
}

output "id" {
  value = aws_s3_bucket.this.id
}

output "domain_name" {
  value = aws_s3_bucket.this.bucket_regional_domain_name
}
