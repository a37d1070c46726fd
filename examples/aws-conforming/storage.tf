resource "aws_s3_account_public_access_block" "this" {
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

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

# 文書の種類ごとに東京の置き場と大阪の複製を作る。
# EXPECT pass: encryption.at-rest @ aws_s3_bucket.this
# EXPECT pass: encryption.customer-key @ aws_s3_bucket.this
# EXPECT pass: encryption.in-transit @ aws_s3_bucket.this
# EXPECT pass: residency.location @ aws_s3_bucket.this
# EXPECT pass: residency.location @ aws_s3_bucket.replica
# EXPECT pass: residency.replication @ aws_s3_bucket.this
# EXPECT pass: backup.object-versioning @ aws_s3_bucket.this
# EXPECT pass: backup.enabled @ aws_s3_bucket.this
# EXPECT pass: backup.offsite @ aws_s3_bucket.this
module "document" {
  source   = "./modules/document_bucket"
  for_each = var.documents

  providers = {
    aws       = aws
    aws.osaka = aws.osaka
  }

  name                 = "${var.system_name}-${each.key}"
  key_arn              = module.key["data"].arn
  replica_key_arn      = module.key_osaka["data"].arn
  replication_role_arn = aws_iam_role.replication.arn
  keep_days            = each.value.keep_days
}

# 証跡の置き場。保存期間中は誰も消せない(COMPLIANCE)。
# EXPECT pass: log.exposure @ aws_s3_bucket.this
# EXPECT pass: log.retention @ aws_s3_bucket.this
# EXPECT pass: log.integrity @ aws_s3_bucket.this
# EXPECT pass: encryption.customer-key @ aws_s3_bucket.this
module "trail_bucket" {
  source = "./modules/document_bucket"

  providers = {
    aws       = aws
    aws.osaka = aws.osaka
  }

  name                 = local.trail_bucket_name
  key_arn              = module.key["log"].arn
  replica_key_arn      = module.key_osaka["data"].arn
  replication_role_arn = aws_iam_role.replication.arn
  keep_days            = 1827
  lock_days            = 1096

  extra_statements = [
    {
      Sid       = "TrailAclCheck"
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "s3:GetBucketAcl"
      Resource  = "arn:aws:s3:::${local.trail_bucket_name}"
    },
    {
      Sid       = "TrailWrite"
      Effect    = "Allow"
      Principal = { Service = ["cloudtrail.amazonaws.com", "config.amazonaws.com"] }
      Action    = "s3:PutObject"
      Resource  = "arn:aws:s3:::${local.trail_bucket_name}/*"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    },
  ]
}

# 入口の閲覧記録の置き場。期間を過ぎたものはライフサイクルが消し、人には消させない。
# Access logs: lifecycle removes them in time, a policy keeps everybody from deleting.
# EXPECT pass: log.integrity @ aws_s3_bucket.this
# EXPECT pass: log.exposure @ aws_s3_bucket.this
# EXPECT pass: log.retention @ aws_s3_bucket.this
module "access_log" {
  source = "./modules/document_bucket"

  providers = {
    aws       = aws
    aws.osaka = aws.osaka
  }

  name                 = local.access_log_bucket_name
  key_arn              = module.key["log"].arn
  replica_key_arn      = module.key_osaka["data"].arn
  replication_role_arn = aws_iam_role.replication.arn
  keep_days            = 1827

  extra_statements = [
    {
      Sid       = "NobodyDeletes"
      Effect    = "Deny"
      Principal = "*"
      Action    = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
      Resource  = "arn:aws:s3:::${local.access_log_bucket_name}/*"
    },
    {
      Sid       = "Delivery"
      Effect    = "Allow"
      Principal = { Service = "delivery.logs.amazonaws.com" }
      Action    = ["s3:PutObject", "s3:GetBucketAcl"]
      Resource  = ["arn:aws:s3:::${local.access_log_bucket_name}", "arn:aws:s3:::${local.access_log_bucket_name}/*"]
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    },
  ]
}

# CloudFront の標準ログは ACL で書き込まれる。
resource "aws_s3_bucket_ownership_controls" "access_log" {
  bucket = module.access_log.id

  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}

# EXPECT pass: encryption.at-rest
# EXPECT pass: encryption.customer-key
# EXPECT pass: backup.enabled
# EXPECT pass: residency.replication
resource "aws_efs_file_system" "batch" {
  creation_token = "${var.system_name}-batch"
  encrypted      = true
  kms_key_id     = module.key["data"].arn
  tags           = local.backup_tags
}

resource "aws_efs_backup_policy" "batch" {
  file_system_id = aws_efs_file_system.batch.id

  backup_policy {
    status = "ENABLED"
  }
}

# 遠隔地は大阪。国外は指定しない。
resource "aws_efs_replication_configuration" "batch" {
  source_file_system_id = aws_efs_file_system.batch.id

  destination {
    region     = var.secondary_region
    kms_key_id = module.key_osaka["data"].arn
  }
}

resource "aws_efs_file_system_policy" "batch" {
  file_system_id = aws_efs_file_system.batch.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyPlainNfs"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = "*"
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "Mount"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${var.account_id}:role/${var.system_name}-batch" }
        Action    = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
      },
    ]
  })
}

resource "aws_efs_mount_target" "batch" {
  for_each = aws_subnet.private

  file_system_id  = aws_efs_file_system.batch.id
  subnet_id       = each.value.id
  security_groups = [aws_security_group.internal.id]
}
