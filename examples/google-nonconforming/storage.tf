# ASIA は複数の国にまたがる。東京・大阪だけにするなら ASIA1 か、それぞれのリージョンを書く。
# The multi-region ASIA spans countries.
# EXPECT fail: residency.location
# EXPECT fail: encryption.customer-key
# EXPECT fail: backup.object-versioning
# EXPECT fail: inventory.classification
resource "google_storage_bucket" "document" {
  name                        = "example-juki-resident-record"
  location                    = "ASIA"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true
  labels                      = { confidentiality = "open" }

  versioning {
    enabled = false
  }
}

# 監査ログの置き場なのに、誰でも読め、90 日で消え、保持ポリシーはロックされていない。
# EXPECT fail: log.exposure
# EXPECT fail: log.retention
# EXPECT fail: log.integrity
# EXPECT fail: backup.object-versioning
resource "google_storage_bucket" "audit_log" {
  name                        = "example-juki-audit-log"
  location                    = "ASIA-NORTHEAST1"
  uniform_bucket_level_access = true
  public_access_prevention    = "inherited"

  retention_policy {
    is_locked        = false
    retention_period = "2592000"
  }

  versioning {
    enabled = false
  }

  encryption {
    default_kms_key_name = module.key.log_key_id
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age = 90
    }
  }
}

resource "google_storage_bucket_iam_member" "public" {
  bucket = google_storage_bucket.audit_log.name
  role   = "roles/storage.objectViewer"
  member = "allUsers"
}
