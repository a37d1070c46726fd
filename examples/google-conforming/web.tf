# ---- 申請ポータル(公開) / public portal

resource "google_service_account" "portal" {
  account_id   = "juki-portal"
  display_name = "申請ポータル"
}

# 申請を受け付けるアプリケーション。負荷分散装置からだけ届き、利用者は Identity-Aware Proxy が認証する。
# Reached by the load balancer only; Identity-Aware Proxy authenticates its users.
# EXPECT pass: access.authentication
# EXPECT pass: privileged.default-account
resource "google_cloud_run_v2_service" "portal" {
  name                = "juki-portal"
  location            = var.primary_region
  ingress             = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  iap_enabled         = true
  deletion_protection = true

  template {
    service_account = google_service_account.portal.email
    encryption_key  = module.key.data_key_id

    containers {
      image = "${var.primary_region}-docker.pkg.dev/${var.project_id}/juki/portal:1"
    }
  }
}

resource "google_compute_region_network_endpoint_group" "portal" {
  name                  = "juki-portal"
  region                = var.primary_region
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = google_cloud_run_v2_service.portal.name
  }
}

# 攻撃の要求と、短い時間に多数の要求を送る相手を遮断する。
# Attacks are turned away, and so is who sends too many requests in a short time.
# EXPECT pass: web.firewall
resource "google_compute_security_policy" "portal" {
  name = "juki-portal"

  rule {
    action   = "deny(403)"
    priority = 1000

    match {
      expr {
        expression = "evaluatePreconfiguredWaf('sqli-v33-stable') || evaluatePreconfiguredWaf('xss-v33-stable')"
      }
    }
  }

  rule {
    action   = "throttle"
    priority = 2000

    match {
      versioned_expr = "SRC_IPS_V1"

      config {
        src_ip_ranges = ["*"]
      }
    }

    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"

      rate_limit_threshold {
        count        = 300
        interval_sec = 60
      }
    }
  }

  rule {
    action   = "allow"
    priority = 2147483647

    match {
      versioned_expr = "SRC_IPS_V1"

      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}

# EXPECT pass: web.firewall
# EXPECT pass: dos.protection
# EXPECT pass: web.disclosure
# EXPECT manual: web.methods
resource "google_compute_backend_service" "portal" {
  name                    = "juki-portal"
  load_balancing_scheme   = "EXTERNAL_MANAGED"
  protocol                = "HTTPS"
  security_policy         = google_compute_security_policy.portal.id
  custom_response_headers = ["Strict-Transport-Security: max-age=31536000; includeSubDomains"]

  backend {
    group = google_compute_region_network_endpoint_group.portal.id
  }

  log_config {
    enable      = true
    sample_rate = 1.0
  }
}

resource "google_compute_url_map" "portal" {
  name            = "juki-portal"
  default_service = google_compute_backend_service.portal.id
}

resource "google_compute_managed_ssl_certificate" "portal" {
  name = "juki-portal"

  managed {
    domains = ["portal.city.example.jp"]
  }
}

# TLS 1.2 以上だけを受ける。
# EXPECT pass: encryption.in-transit
resource "google_compute_ssl_policy" "portal" {
  name            = "juki-portal"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_target_https_proxy" "portal" {
  name             = "juki-portal"
  url_map          = google_compute_url_map.portal.id
  ssl_certificates = [google_compute_managed_ssl_certificate.portal.id]
  ssl_policy       = google_compute_ssl_policy.portal.id
}

resource "google_compute_global_forwarding_rule" "portal" {
  name                  = "juki-portal"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  target                = google_compute_target_https_proxy.portal.id
  port_range            = "443"
}
