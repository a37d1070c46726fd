resource "google_compute_network" "this" {
  name                    = "juki"
  auto_create_subnetworks = false
}

# フローログを書いていないので取られない。
# EXPECT fail: log.network-flow
# EXPECT none: log.network-flow @ google_compute_network.this
resource "google_compute_subnetwork" "private" {
  name          = "juki-private"
  region        = "asia-northeast1"
  network       = google_compute_network.this.id
  ip_cidr_range = "10.30.0.0/24"
}

# 外部の NTP へ出られるが、規則は機械がどの時刻源を使うかを言わないので、判定は無い。
# Lets NTP out, but does not say which servers a machine uses, so there is no result.
# EXPECT none: time.source
resource "google_compute_firewall" "ntp" {
  name               = "juki-ntp"
  network            = google_compute_network.this.name
  direction          = "EGRESS"
  destination_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "udp"
    ports    = ["123"]
  }
}

# EXPECT fail: encryption.in-transit
resource "google_compute_ssl_policy" "this" {
  name            = "juki"
  profile         = "COMPATIBLE"
  min_tls_version = "TLS_1_0"
}
