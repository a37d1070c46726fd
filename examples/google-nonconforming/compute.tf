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

# サポートの終わった OS を、公開のアドレスと既定のサービスアカウントで動かしている。
# An operating system whose support is over, with a public address and the default service account.
# EXPECT fail: vulnerability.supported-version
# EXPECT fail: network.public-endpoint
# EXPECT fail: privileged.default-account
# EXPECT fail: privileged.utility
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
      image             = "projects/centos-cloud/global/images/family/centos-7"
      resource_policies = [google_compute_resource_policy.weekly.self_link]
    }
  }

  network_interface {
    subnetwork = google_compute_subnetwork.private.id
    access_config {}
  }

  metadata = {
    serial-port-enable = "TRUE"
  }

  labels = {
    environment = "production"
  }

  service_account {
    scopes = ["cloud-platform"]
  }
}

# 試験のサーバを、本番と同じネットワークとプロジェクトに置いている。
# A machine for tests in the network and project of production.
# EXPECT fail: encryption.customer-key
# EXPECT fail: environment.separation @ (plan)
resource "google_compute_instance" "rehearsal" {
  name         = "juki-rehearsal"
  machine_type = "n2-standard-2"
  zone         = "asia-northeast1-b"

  labels = {
    environment = "test"
  }

  boot_disk {
    initialize_params {
      image = "projects/debian-cloud/global/images/family/debian-13"
    }
  }

  network_interface {
    subnetwork = google_compute_subnetwork.private.id
  }
}
