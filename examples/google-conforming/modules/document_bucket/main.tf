variable "name" {
  type = string
}

variable "location" {
  type = string
}

variable "replica_location" {
  type = string
}

variable "key_id" {
  type = string
}

variable "replica_key_id" {
  type = string
}

variable "keep_days" {
  type = number
}

resource "google_storage_bucket" "this" {
  name                        = var.name
  location                    = var.location
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false

  versioning {
    enabled = true
  }

  encryption {
    default_kms_key_name = var.key_id
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age = var.keep_days
    }
  }
}

resource "google_storage_bucket" "replica" {
  name                        = "${var.name}-osaka"
  location                    = var.replica_location
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  encryption {
    default_kms_key_name = var.replica_key_id
  }
}

# 二つのバケットの間で写し続ける。
resource "google_storage_transfer_job" "replica" {
  description = "${var.name} を大阪へ写す"

  replication_spec {
    gcs_data_source {
      bucket_name = google_storage_bucket.this.name
    }
    gcs_data_sink {
      bucket_name = google_storage_bucket.replica.name
    }
  }
}

output "name" {
  value = google_storage_bucket.this.name
}
