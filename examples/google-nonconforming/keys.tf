# asia1 の鍵は東京・大阪のほかソウルにも複製される。
# Keys in asia1 are also kept in Seoul.
# EXPECT fail: residency.location
resource "google_kms_key_ring" "dual" {
  name     = "juki-dual"
  location = "asia1"
}

# EXPECT fail: residency.location
resource "google_kms_crypto_key" "dual" {
  name                       = "dual"
  key_ring                   = google_kms_key_ring.dual.id
  rotation_period            = "7776000s"
  destroy_scheduled_duration = "2592000s"
}

# 更新なし、破棄までの待機が 1 日。
# EXPECT fail: key.rotation
# EXPECT fail: key.deletion-window
# EXPECT fail: key.policy
resource "google_kms_crypto_key" "shared" {
  name                       = "shared"
  key_ring                   = google_kms_key_ring.tokyo.id
  import_only                = false
  destroy_scheduled_duration = "86400s"

  version_template {
    algorithm        = "GOOGLE_SYMMETRIC_ENCRYPTION"
    protection_level = "SOFTWARE"
  }
}

resource "google_kms_key_ring" "tokyo" {
  name     = "juki-tokyo"
  location = "asia-northeast1"
}

# 誰でも復号できる。
resource "google_kms_crypto_key_iam_member" "anyone" {
  crypto_key_id = google_kms_crypto_key.shared.id
  role          = "roles/cloudkms.cryptoKeyDecrypter"
  member        = "allAuthenticatedUsers"
}

# EXPECT pass: key.rotation @ google_kms_crypto_key.this
# EXPECT pass: key.deletion-window @ google_kms_crypto_key.this
module "key" {
  source = "./modules/cmek"

  name     = "juki"
  location = "asia-northeast1"
  purposes = ["data", "log"]
}
