# 書き込みしか記録せず、委託事業者の操作を除いている。
# EXPECT fail: log.data-access
resource "google_project_iam_audit_config" "all" {
  project = var.project_id
  service = "allServices"

  audit_log_config {
    log_type         = "DATA_WRITE"
    exempted_members = ["user:operator@contractor.example.com"]
  }
}

# 保持期間を書いていないので 30 日、ロックもしていない。
# EXPECT fail: log.retention
# EXPECT fail: log.integrity
# EXPECT fail: encryption.customer-key
resource "google_logging_project_bucket_config" "audit" {
  project   = var.project_id
  location  = "asia-northeast1"
  bucket_id = "audit"
}

resource "google_logging_project_sink" "archive" {
  name                   = "audit-to-archive"
  destination            = "storage.googleapis.com/${google_storage_bucket.audit_log.name}"
  filter                 = "logName:\"cloudaudit.googleapis.com\""
  unique_writer_identity = true
}

# 監査ログを米国の置き場へも送っている。
# EXPECT fail: residency.location
resource "google_storage_bucket" "sink_abroad" {
  name                        = "example-juki-log-us"
  location                    = "US-CENTRAL1"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  retention_policy {
    is_locked        = true
    retention_period = "94694400"
  }

  versioning {
    enabled = true
  }

  encryption {
    default_kms_key_name = "projects/example-juki-prod/locations/us-central1/keyRings/juki/cryptoKeys/log"
  }
}

# EXPECT fail: residency.replication
resource "google_logging_project_sink" "abroad" {
  name                   = "audit-abroad"
  destination            = "storage.googleapis.com/${google_storage_bucket.sink_abroad.name}"
  filter                 = "logName:\"cloudaudit.googleapis.com\""
  unique_writer_identity = true
}

# 鳴っても誰にも知らせない。
# An alarm that tells nobody.
# EXPECT fail: monitoring.recipient
resource "google_monitoring_alert_policy" "server" {
  display_name = "server cpu"
  combiner     = "OR"

  conditions {
    display_name = "cpu"

    condition_threshold {
      filter          = "resource.type = \"gce_instance\" AND metric.type = \"compute.googleapis.com/instance/cpu/utilization\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0.95
      duration        = "900s"
    }
  }
}
