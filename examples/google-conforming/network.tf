resource "google_compute_network" "this" {
  name                    = "juki"
  auto_create_subnetworks = false
}

# EXPECT pass: log.network-flow
resource "google_compute_subnetwork" "private" {
  for_each = {
    asia-northeast1 = "10.30.0.0/24"
    asia-northeast2 = "10.30.1.0/24"
  }

  name                     = "juki-${each.key}"
  region                   = each.key
  network                  = google_compute_network.this.id
  ip_cidr_range            = each.value
  private_ip_google_access = true

  log_config {
    aggregation_interval = "INTERVAL_5_SEC"
    flow_sampling        = 1.0
    metadata             = "INCLUDE_ALL_METADATA"
  }
}

resource "google_compute_firewall" "internal" {
  name          = "juki-internal"
  network       = google_compute_network.this.name
  source_ranges = ["10.30.0.0/16", "192.168.100.0/24"]

  allow {
    protocol = "tcp"
    ports    = ["443", "5432"]
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}

# TLS 1.2 以上だけを受ける。
# EXPECT pass: encryption.in-transit
resource "google_compute_region_ssl_policy" "this" {
  name            = "juki"
  region          = var.primary_region
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}
