# 誰でも認証なしに呼び出せ、パスワードを環境変数に平文で書いている。
# Anybody may call it, and a password stands in plain text among its variables.
# EXPECT fail: access.authentication
# EXPECT fail: credential.plaintext
# EXPECT fail: web.firewall
# EXPECT fail: dos.protection
# EXPECT fail: privileged.default-account
# EXPECT fail: encryption.customer-key
resource "google_cloud_run_v2_service" "portal" {
  name     = "juki-portal"
  location = "asia-northeast1"

  template {
    containers {
      image = "asia-northeast1-docker.pkg.dev/${var.project_id}/juki/portal:1"

      env {
        name  = "DB_PASSWORD"
        value = "Example-Only-1"
      }
    }
  }
}

resource "google_cloud_run_v2_service_iam_member" "everybody" {
  name     = google_cloud_run_v2_service.portal.name
  location = google_cloud_run_v2_service.portal.location
  role     = "roles/run.invoker"
  member   = "allUsers"
}

# 公開の入口に、ファイアウォールも頻度の制限もない。
# Published with neither a firewall nor a limit of rates.
# EXPECT fail: web.firewall
# EXPECT fail: dos.protection
resource "google_compute_backend_service" "portal" {
  name                  = "juki-portal"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
}

# イメージの脆弱性の検査を止めている。
# The scan of images is switched off.
# EXPECT fail: vulnerability.scan
# EXPECT fail: encryption.customer-key
resource "google_artifact_registry_repository" "juki" {
  repository_id = "juki"
  location      = "asia-northeast1"
  format        = "DOCKER"

  vulnerability_scanning_config {
    enablement_config = "DISABLED"
  }
}
