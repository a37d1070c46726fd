# データの読み書きの記録は既定で取られない(BigQuery を除く)。全サービスで有効にする。
# Data access logs are off by default except for BigQuery.
# EXPECT pass: log.data-access
resource "google_project_iam_audit_config" "all" {
  project = var.project_id
  service = "allServices"

  dynamic "audit_log_config" {
    for_each = toset(["ADMIN_READ", "DATA_READ", "DATA_WRITE"])

    content {
      log_type = audit_log_config.value
    }
  }
}

# 保持期間を指定しないと 30 日になる。ロックすると短くできない。
# EXPECT pass: log.retention
# EXPECT pass: log.integrity
# EXPECT pass: residency.location
# EXPECT pass: encryption.customer-key
resource "google_logging_project_bucket_config" "audit" {
  project        = var.project_id
  location       = var.primary_region
  bucket_id      = "audit"
  retention_days = var.log_retention_days
  locked         = true

  cmek_settings {
    kms_key_name = module.key.log_key_id
  }
}

# 監査ログを国内の置き場へ送る。除外の条件は付けない。
resource "google_logging_project_sink" "bucket" {
  name                   = "audit-to-log-bucket"
  destination            = "logging.googleapis.com/projects/${var.project_id}/locations/${var.primary_region}/buckets/audit"
  filter                 = "logName:\"cloudaudit.googleapis.com\""
  unique_writer_identity = true
}

# EXPECT pass: residency.replication
resource "google_logging_project_sink" "archive" {
  name                   = "audit-to-archive"
  destination            = "storage.googleapis.com/${google_storage_bucket.audit_log.name}"
  filter                 = "logName:\"cloudaudit.googleapis.com\""
  unique_writer_identity = true
}

resource "google_storage_bucket_iam_member" "archive_writer" {
  bucket = google_storage_bucket.audit_log.name
  role   = "roles/storage.objectCreator"
  member = "serviceAccount:service-${var.project_number}@gcp-sa-logging.iam.gserviceaccount.com"
}
