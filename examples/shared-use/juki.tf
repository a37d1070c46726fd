# 住民記録。富山市だけが使う。機密性３なので、顧客管理鍵による暗号化を求める。
# Resident records, of Toyama City alone. Class 3 needs a customer-managed key.
#
# EXPECT pass: key.rotation
# EXPECT pass: key.pending-deletion
resource "aws_kms_key" "juki" {
  provider                = aws.juki
  description             = "住民記録の保存データ"
  enable_key_rotation     = true
  rotation_period_in_days = 365
  deletion_window_in_days = 30
}

# EXPECT pass: encryption.customer-key
# EXPECT pass: backup.object-versioning
# EXPECT fail: encryption.in-transit
resource "aws_s3_bucket" "certificates" {
  provider = aws.juki
  bucket   = "example-juki-certificates"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "certificates" {
  provider = aws.juki
  bucket   = aws_s3_bucket.certificates.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.juki.arn
    }
  }
}

resource "aws_s3_bucket_versioning" "certificates" {
  provider = aws.juki
  bucket   = aws_s3_bucket.certificates.id

  versioning_configuration {
    status = "Enabled"
  }
}

# 既定の鍵のまま。富山市のポリシーでだけ不適合になる。
# Left on the default key: a nonconformity under the policy of Toyama City only.
#
# EXPECT fail: encryption.customer-key
# EXPECT fail: backup.object-versioning
# EXPECT fail: encryption.in-transit
resource "aws_s3_bucket" "transfer" {
  provider = aws.juki
  bucket   = "example-juki-transfer"
}
