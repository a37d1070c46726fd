# 週 1 回、3 日で消え、写しは国外。
# EXPECT fail: backup.interval
# EXPECT fail: backup.retention
# EXPECT fail: residency.replication
resource "google_compute_resource_policy" "weekly" {
  name   = "juki-weekly"
  region = "asia-northeast1"

  snapshot_schedule_policy {
    schedule {
      weekly_schedule {
        day_of_weeks {
          day        = "SUNDAY"
          start_time = "17:00"
        }
      }
    }

    retention_policy {
      max_retention_days    = 3
      on_source_disk_delete = "KEEP_AUTO_SNAPSHOTS"
    }

    snapshot_properties {
      storage_locations = ["asia-southeast1"]
    }
  }
}

# EXPECT fail: encryption.customer-key
resource "google_compute_disk" "batch" {
  name = "juki-batch-data"
  zone = "asia-northeast1-b"
  size = 200
}

resource "google_compute_disk_resource_policy_attachment" "batch" {
  name = google_compute_resource_policy.weekly.name
  disk = google_compute_disk.batch.name
  zone = "asia-northeast1-b"
}

# EXPECT fail: time.source
# EXPECT fail: encryption.customer-key
resource "google_compute_instance" "batch" {
  name         = "juki-batch"
  machine_type = "n2-standard-4"
  zone         = "asia-northeast1-b"

  metadata_startup_script = <<-EOT
    #!/bin/bash
    echo 'server ntp.abroad.example.com iburst' > /etc/chrony/chrony.conf
    systemctl restart chrony
  EOT

  boot_disk {
    initialize_params {
      image             = "projects/debian-cloud/global/images/family/debian-12"
      resource_policies = [google_compute_resource_policy.weekly.self_link]
    }
  }

  network_interface {
    subnetwork = google_compute_subnetwork.private.id
  }
}
