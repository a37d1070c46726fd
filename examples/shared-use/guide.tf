# 施設案内。二つの団体が共同で使い、公開する情報（機密性１）だけを置く。鍵は事業者のものでよい。
# A guide to facilities, shared by two bodies, with published information (class 1): the provider's key will do.
#
# EXPECT not_applicable: encryption.customer-key
# EXPECT pass: encryption.at-rest
# EXPECT fail: backup.object-versioning
# EXPECT fail: encryption.in-transit
resource "aws_s3_bucket" "pages" {
  provider = aws.guide
  bucket   = "example-facility-guide-pages"
}

# タグに別の分類があっても、設定ファイルの scope が定めた分類を用いる。
# Its tag names another class; what a scope of the configuration says comes before tags.
#
# EXPECT not_applicable: encryption.customer-key
# EXPECT fail: encryption.in-transit
resource "aws_sqs_queue" "contact" {
  provider = aws.guide
  name     = "example-facility-guide-contact"

  tags = {
    confidentiality = "2"
  }
}
