# 鍵の指定なし、平文を許す、バックアップ 1 世代、PITR なし、バックアップの場所はアジア広域。
# EXPECT fail: encryption.customer-key
# EXPECT fail: encryption.in-transit
# EXPECT fail: backup.retention
# EXPECT fail: residency.replication
resource "google_sql_database_instance" "resident" {
  name                = "example-juki-resident"
  database_version    = "POSTGRES_16"
  region              = "asia-northeast1"
  deletion_protection = false

  settings {
    tier                  = "db-custom-4-16384"
    edition               = "ENTERPRISE"
    connector_enforcement = "NOT_REQUIRED"

    backup_configuration {
      enabled                        = true
      location                       = "asia"
      point_in_time_recovery_enabled = false
      transaction_log_retention_days = 1

      backup_retention_settings {
        retained_backups = 1
      }
    }

    ip_configuration {
      ipv4_enabled = true
      ssl_mode     = "ALLOW_UNENCRYPTED_AND_ENCRYPTED"
    }
  }
}

# 読み取り用の複製がシンガポールにある。
# EXPECT fail: residency.location
resource "google_sql_database_instance" "replica" {
  provider             = google.singapore
  name                 = "example-juki-resident-replica"
  database_version     = "POSTGRES_16"
  region               = "asia-southeast1"
  master_instance_name = google_sql_database_instance.resident.name
  encryption_key_name  = "projects/example-juki-prod/locations/asia-southeast1/keyRings/juki/cryptoKeys/replica"

  settings {
    tier = "db-custom-2-8192"

    ip_configuration {
      ipv4_enabled = false
      ssl_mode     = "ENCRYPTED_ONLY"
    }
  }
}

# バックアップを取らない。
# EXPECT fail: backup.enabled
resource "google_sql_database_instance" "report" {
  name                = "example-juki-report"
  database_version    = "POSTGRES_16"
  region              = "asia-northeast1"
  encryption_key_name = module.key.data_key_id

  settings {
    tier = "db-custom-2-8192"

    backup_configuration {
      enabled = false
    }

    ip_configuration {
      ipv4_enabled = false
      ssl_mode     = "ENCRYPTED_ONLY"
    }
  }
}

# Terraform から消しても表は残る。場所の指定を忘れ、既定の US になっている。
# EXPECT fail: residency.location
# EXPECT fail: encryption.customer-key
# EXPECT fail: teardown.deletable
resource "google_bigquery_dataset" "statistics" {
  dataset_id      = "statistics"
  deletion_policy = "ABANDON"
}

# 場所を Google に任せている。
# EXPECT fail: residency.location
# EXPECT fail: encryption.customer-key
resource "google_secret_manager_secret" "link" {
  secret_id = "juki-link"

  replication {
    auto {}
  }
}

# EXPECT fail: residency.location
# EXPECT fail: encryption.customer-key
resource "google_pubsub_topic" "issue" {
  name = "juki-issue"

  message_storage_policy {
    allowed_persistence_regions = ["asia-northeast1", "asia-east1"]
  }
}
