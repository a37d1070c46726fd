resource "aws_iam_role" "replication" {
  name = "${var.system_name}-s3-replication"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

# 文書をシンガポールへ複製している。モジュールは同じでも、渡すプロバイダで国外になる。
# The module is the conforming one; the provider handed to it makes the copy leave the country.
# EXPECT fail: residency.replication @ aws_s3_bucket.this
# EXPECT fail: residency.location @ aws_s3_bucket.replica
# EXPECT pass: encryption.customer-key @ aws_s3_bucket.this
# EXPECT fail: log.data-access @ aws_s3_bucket.this
module "document" {
  source = "./modules/document_bucket"

  providers = {
    aws       = aws
    aws.osaka = aws.singapore
  }

  name                 = "${var.system_name}-resident-record"
  key_arn              = module.key_log.arn
  replica_key_arn      = module.key_singapore.arn
  replication_role_arn = aws_iam_role.replication.arn
  keep_days            = 3650
}

# provider ではなく資源の region で国外に置いている(AWS プロバイダ 6 以降)。
# 証跡は東京だけなので、このリージョンの読み書きを別の証跡が記録するかどうかは分からない。
# The trail is of Tokyo only; whether another one records reads and writes in this region is not known.
# EXPECT fail: residency.location
# EXPECT fail: encryption.customer-key
# EXPECT fail: backup.object-versioning
# EXPECT unknown: log.data-access
resource "aws_s3_bucket" "analysis" {
  region        = "us-east-1"
  bucket        = "${var.system_name}-analysis"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "analysis" {
  region = "us-east-1"
  bucket = aws_s3_bucket.analysis.id

  versioning_configuration {
    status = "Suspended"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "analysis" {
  region = "us-east-1"
  bucket = aws_s3_bucket.analysis.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

# 証跡の置き場なのに、誰でも読め、90 日で消え、版も残らない。
# EXPECT fail: log.exposure
# EXPECT none: log.data-access
# EXPECT fail: log.retention
# EXPECT fail: log.integrity
# EXPECT fail: encryption.customer-key
# EXPECT fail: backup.object-versioning
resource "aws_s3_bucket" "trail" {
  bucket        = "${var.system_name}-trail"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "trail" {
  bucket = aws_s3_bucket.trail.id

  versioning_configuration {
    status = "Suspended"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "trail" {
  bucket = aws_s3_bucket.trail.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "trail" {
  bucket                  = aws_s3_bucket.trail.id
  block_public_acls       = false
  block_public_policy     = false
  ignore_public_acls      = false
  restrict_public_buckets = false
}

resource "aws_s3_bucket_policy" "trail" {
  bucket = aws_s3_bucket.trail.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "ReadByAnyone"
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:GetObject"
        Resource  = "arn:aws:s3:::${var.system_name}-trail/*"
      },
      {
        Sid       = "TrailWrite"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = ["s3:PutObject", "s3:GetBucketAcl"]
        Resource  = ["arn:aws:s3:::${var.system_name}-trail", "arn:aws:s3:::${var.system_name}-trail/*"]
      },
      {
        Sid       = "DenyPlainHttp"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = ["arn:aws:s3:::${var.system_name}-trail", "arn:aws:s3:::${var.system_name}-trail/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_s3_bucket_lifecycle_configuration" "trail" {
  bucket = aws_s3_bucket.trail.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = 90
    }
  }
}

# 暗号化せず、複製先は国外。
# EXPECT fail: encryption.at-rest
# EXPECT fail: encryption.customer-key
# EXPECT fail: residency.replication
resource "aws_efs_file_system" "batch" {
  creation_token = "${var.system_name}-batch"
  encrypted      = false
  tags           = { Backup = "weekly" }
}

resource "aws_efs_replication_configuration" "batch" {
  source_file_system_id = aws_efs_file_system.batch.id

  destination {
    region = "ap-southeast-1"
  }
}
