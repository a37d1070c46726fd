resource "google_service_account" "batch" {
  account_id   = "juki-batch"
  display_name = "夜間一括処理"
}

# 毎日 02:00(日本時間)に取り、大阪に置く。
# EXPECT pass: backup.interval
# EXPECT pass: backup.retention
# EXPECT pass: backup.offsite
# EXPECT pass: residency.replication
resource "google_compute_resource_policy" "daily" {
  name   = "juki-daily"
  region = var.primary_region

  snapshot_schedule_policy {
    schedule {
      daily_schedule {
        days_in_cycle = 1
        start_time    = "17:00"
      }
    }

    retention_policy {
      max_retention_days    = 35
      on_source_disk_delete = "APPLY_RETENTION_POLICY"
    }

    snapshot_properties {
      storage_locations = [var.secondary_region]
    }
  }
}

# 時刻は Google の時刻源に合わせる。
# EXPECT pass: time.source
# EXPECT pass: encryption.customer-key
# EXPECT pass: monitoring.server
# EXPECT pass: capacity.alarm
# EXPECT pass: privileged.default-account
# EXPECT pass: network.public-endpoint
# EXPECT pass: service.minimum
resource "google_compute_instance" "batch" {
  name         = "juki-batch"
  machine_type = "n2-standard-4"
  zone         = "${var.primary_region}-b"

  metadata_startup_script = <<-EOT
    #!/bin/bash
    echo 'server metadata.google.internal prefer iburst' > /etc/chrony/conf.d/google.conf
    systemctl restart chrony
  EOT

  boot_disk {
    kms_key_self_link = module.key.data_key_id

    initialize_params {
      image             = "projects/debian-cloud/global/images/family/debian-13"
      size              = 50
      resource_policies = [google_compute_resource_policy.daily.self_link]
    }
  }

  network_interface {
    subnetwork = google_compute_subnetwork.private["asia-northeast1"].id
  }

  service_account {
    email  = google_service_account.batch.email
    scopes = ["cloud-platform"]
  }

  shielded_instance_config {
    enable_secure_boot = true
  }
}

# VM Manager を有効にし、サーバの脆弱性を調べ続ける。シリアルコンソールは使わない。
# VM Manager reports the vulnerabilities of machines; serial consoles are off.
# EXPECT pass: vulnerability.scan
# EXPECT pass: privileged.utility
resource "google_compute_project_metadata" "this" {
  metadata = {
    enable-osconfig    = "TRUE"
    enable-oslogin     = "TRUE"
    serial-port-enable = "FALSE"
  }
}

# 毎週日曜の夜に修正プログラムを適用する。
# Patches are applied every Sunday night.
# EXPECT pass: vulnerability.patch
resource "google_os_config_patch_deployment" "weekly" {
  patch_deployment_id = "weekly"

  instance_filter {
    all = true
  }

  recurring_schedule {
    time_zone {
      id = "Asia/Tokyo"
    }

    time_of_day {
      hours = 23
    }

    weekly {
      day_of_week = "SUNDAY"
    }
  }
}
