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
  replica_key_arn      = module.key_osaka.arn
  replication_role_arn = aws_iam_role.replication.arn
  keep_days            = each.value.keep_days
}

# 証跡と閲覧記録の置き場。保存期間中は誰も消せない(COMPLIANCE)。
# Trail and access logs; nobody can delete them while they must be kept.
# EXPECT pass: log.exposure @ aws_s3_bucket.this
# EXPECT pass: log.retention @ aws_s3_bucket.this
# EXPECT pass: log.integrity @ aws_s3_bucket.this
# EXPECT pass: encryption.customer-key @ aws_s3_bucket.this
# EXPECT pass: access.public-store @ aws_s3_bucket.this
module "log_bucket" {
  source = "./modules/document_bucket"

  providers = {
    aws       = aws
    aws.osaka = aws.osaka
  }

  name      = local.log_bucket_name
  key_arn   = module.key["log"].arn
  replicate = false
  keep_days = 1827
  lock_days = 1096

  extra_statements = [
    {
      Sid       = "AclCheck"
      Effect    = "Allow"
      Principal = { Service = ["cloudtrail.amazonaws.com", "config.amazonaws.com", "delivery.logs.amazonaws.com"] }
      Action    = "s3:GetBucketAcl"
      Resource  = "arn:aws:s3:::${local.log_bucket_name}"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    },
    {
      Sid       = "Write"
      Effect    = "Allow"
      Principal = { Service = ["cloudtrail.amazonaws.com", "config.amazonaws.com", "delivery.logs.amazonaws.com"] }
      Action    = "s3:PutObject"
      Resource  = "arn:aws:s3:::${local.log_bucket_name}/*"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    },
  ]
}

# CloudFront の標準ログは ACL で書き込まれる。
resource "aws_s3_bucket_ownership_controls" "log" {
  bucket = module.log_bucket.id

  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}

# 申請ポータルの案内のページの置き場。書き換えられるのは公開を担当する役割だけ。
# Pages of the portal; only the role in charge of publication may write them.
# EXPECT pass: web.content-protection @ aws_s3_bucket.this
# EXPECT pass: web.edit-rights @ aws_s3_bucket.this
# EXPECT pass: backup.object-versioning @ aws_s3_bucket.this
module "portal_bucket" {
  source = "./modules/document_bucket"

  providers = {
    aws       = aws
    aws.osaka = aws.osaka
  }

  name      = local.portal_bucket_name
  key_arn   = module.key["data"].arn
  replicate = false
  keep_days = 1827
  tags      = { Confidentiality = "1" }

  extra_statements = [
    {
      Sid       = "ReadByCloudFront"
      Effect    = "Allow"
      Principal = { Service = "cloudfront.amazonaws.com" }
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::${local.portal_bucket_name}/*"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    },
    {
      Sid       = "OnlyPublishersWrite"
      Effect    = "Deny"
      Principal = "*"
      Action    = ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"]
      Resource  = "arn:aws:s3:::${local.portal_bucket_name}/*"
      Condition = {
        StringNotLike = {
          "aws:PrincipalArn" = [
            "arn:aws:iam::${var.account_id}:role/web-publisher",
            "arn:aws:iam::${var.account_id}:role/${var.system_name}-backup",
          ]
        }
      }
    },
  ]
}
