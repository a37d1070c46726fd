# 旧・災害情報。消防組合だけが使い、利用を終了した。鍵と情報の削除は、このアカウントでは求められる状態である。
# The former disaster information system, of the fire service association alone, at the end of its use: here the
# removal of keys and information is what is demanded.
#
# EXPECT pass: key.pending-deletion
# EXPECT pass: teardown.residue
resource "aws_kms_key" "old" {
  count                   = var.keep_old_system ? 1 : 0
  provider                = aws.old
  description             = "旧災害情報の保存データ"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

# EXPECT pass: teardown.deletable
# EXPECT pass: teardown.residue
# EXPECT none: encryption.customer-key
resource "aws_s3_bucket" "old" {
  count         = var.keep_old_system ? 1 : 0
  provider      = aws.old
  bucket        = "example-old-disaster-information"
  force_destroy = true
}

# 残ったまま。利用を終了したアカウントでは、削除されない情報が問題になる。
# Left behind: at the end of use, what is not removed is the problem.
#
# EXPECT fail: teardown.deletable
# EXPECT fail: teardown.residue
# EXPECT none: encryption.customer-key
resource "aws_dynamodb_table" "old" {
  provider     = aws.old
  name         = "example-old-reports"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  deletion_protection_enabled = true
}
