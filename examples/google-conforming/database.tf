# EXPECT pass: residency.location
# EXPECT pass: encryption.customer-key
# EXPECT pass: encryption.in-transit
# EXPECT pass: backup.enabled
# EXPECT pass: backup.retention
# EXPECT pass: backup.offsite
# EXPECT pass: redundancy.zones
# EXPECT pass: redundancy.failover
# EXPECT pass: capacity.scaling
# EXPECT pass: capacity.alarm
# EXPECT pass: monitoring.server
# EXPECT pass: password.strength
# EXPECT pass: password.reuse
# EXPECT pass: network.public-endpoint
resource "google_sql_database_instance" "resident" {
  name                = "example-juki-resident"
  database_version    = "POSTGRES_17"
  region              = var.primary_region
  encryption_key_name = module.key.data_key_id
  deletion_protection = true

  settings {
    tier                  = "db-custom-4-16384"
    edition               = "ENTERPRISE"
    availability_type     = "REGIONAL"
    disk_autoresize       = true
    disk_autoresize_limit = 500

    # 既定のラベルは付かないので、ここに書く。
    # Default labels do not reach these.
    user_labels = {
      system          = "juki"
      owner           = "jumin-ka"
      environment     = "production"
      confidentiality = "3b"
    }

    # バックアップは大阪に置く。書かないと広域(asia)に置かれる。
    # Backups go to Osaka; without this they go to the multi-region.
    backup_configuration {
      enabled                        = true
      start_time                     = "17:00"
      location                       = var.secondary_region
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 7

      backup_retention_settings {
        retained_backups = 35
        retention_unit   = "COUNT"
      }
    }

    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.this.id
      ssl_mode        = "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"
    }

    # 利用者のパスワード。指定しないと何も求めない。
    # Nothing is demanded of passwords unless it is written here.
    password_validation_policy {
      enable_password_policy      = true
      min_length                  = 12
      complexity                  = "COMPLEXITY_DEFAULT"
      reuse_interval              = 5
      disallow_username_substring = true
    }

    insights_config {
      query_insights_enabled = true
    }

    database_flags {
      name  = "cloudsql.enable_pgaudit"
      value = "on"
    }

    database_flags {
      name  = "pgaudit.log"
      value = "read,write"
    }
  }
}

resource "google_sql_database" "resident" {
  name     = "resident"
  instance = google_sql_database_instance.resident.name
}

# EXPECT pass: residency.location
# EXPECT pass: encryption.customer-key
# EXPECT pass: backup.offsite
resource "google_bigquery_dataset" "statistics" {
  dataset_id            = "statistics"
  location              = var.primary_region
  max_time_travel_hours = "168"

  default_encryption_configuration {
    kms_key_name = module.key.data_key_id
  }
}

# 統計は住民記録から作り直せるが、毎日大阪へも写す。
# Statistics can be made again from the records; a copy goes to Osaka every day all the same.
# EXPECT pass: residency.location
# EXPECT none: backup.offsite
resource "google_bigquery_dataset" "statistics_osaka" {
  dataset_id            = "statistics_osaka"
  location              = var.secondary_region
  max_time_travel_hours = "168"

  default_encryption_configuration {
    kms_key_name = module.key_osaka.data_key_id
  }
}

resource "google_bigquery_data_transfer_config" "statistics" {
  display_name           = "statistics-to-osaka"
  data_source_id         = "cross_region_copy"
  location               = var.secondary_region
  destination_dataset_id = google_bigquery_dataset.statistics_osaka.dataset_id
  schedule               = "every 24 hours"

  params = {
    source_dataset_id           = google_bigquery_dataset.statistics.dataset_id
    source_project_id           = var.project_id
    overwrite_destination_table = "true"
  }
}

# 保管場所を国内の 2 か所に限る。automatic にすると場所が選べない。
# EXPECT pass: residency.location
# EXPECT pass: encryption.customer-key
resource "google_secret_manager_secret" "link" {
  secret_id = "juki-link"

  replication {
    user_managed {
      replicas {
        location = var.primary_region

        customer_managed_encryption {
          kms_key_name = module.key.data_key_id
        }
      }

      replicas {
        location = var.secondary_region

        customer_managed_encryption {
          kms_key_name = module.key_osaka.data_key_id
        }
      }
    }
  }
}

# EXPECT pass: residency.location
# EXPECT pass: encryption.customer-key
resource "google_pubsub_topic" "issue" {
  name         = "juki-issue"
  kms_key_name = module.key.data_key_id

  message_storage_policy {
    allowed_persistence_regions = [var.primary_region, var.secondary_region]
    enforce_in_transit          = true
  }
}
