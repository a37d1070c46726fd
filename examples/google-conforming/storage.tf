# EXPECT pass: residency.location @ google_storage_bucket.this
# EXPECT pass: residency.location @ google_storage_bucket.replica
# EXPECT none: residency.replication @ google_storage_bucket.this
# EXPECT pass: encryption.customer-key @ google_storage_bucket.this
# EXPECT pass: encryption.customer-key @ google_storage_bucket.replica
# EXPECT pass: backup.object-versioning @ google_storage_bucket.this
module "document" {
  source   = "./modules/document_bucket"
  for_each = var.documents

  name             = "example-juki-${each.key}"
  location         = var.primary_region
  replica_location = var.secondary_region
  key_id           = module.key.data_key_id
  replica_key_id   = module.key_osaka.data_key_id
  keep_days        = each.value.keep_days
}

# 監査ログの置き場。保持ポリシーをロックし、期間中は誰も消せない。
# EXPECT pass: log.integrity
# EXPECT pass: log.exposure
# EXPECT pass: log.retention
# EXPECT pass: encryption.customer-key
resource "google_storage_bucket" "audit_log" {
  name                        = "example-juki-audit-log"
  location                    = var.primary_region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  retention_policy {
    is_locked        = true
    retention_period = tostring(var.log_retention_days * 86400)
  }

  versioning {
    enabled = true
  }

  encryption {
    default_kms_key_name = module.key.log_key_id
  }
}
