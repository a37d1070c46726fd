# マイナンバー利用事務系なのに、インターネットへの既定の経路を残している。
# A network of the My Number zone that keeps the default route to the internet.
# EXPECT fail: segmentation.mynumber-internet
resource "google_compute_network" "this" {
  name                    = "juki"
  auto_create_subnetworks = false
}

# フローログを書いていないので取られない。
# EXPECT fail: log.network-flow
# EXPECT none: log.network-flow @ google_compute_network.this
# EXPECT fail: environment.separation @ google_compute_network.this
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

# 保守用のポートを誰にでも開いている。
# A port of maintenance that is open to everybody.
# EXPECT fail: network.ingress
# EXPECT fail: remote.admin-path
# EXPECT fail: segmentation.zone-route
resource "google_compute_firewall" "maintenance" {
  name          = "juki-maintenance"
  network       = google_compute_network.this.name
  source_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "tcp"
    ports    = ["22", "3389"]
  }
}

# 庁内からは、全てのポートを受け入れている。
# Every port for the city hall.
# EXPECT fail: network.ports
# EXPECT fail: segmentation.zone-route
resource "google_compute_firewall" "city" {
  name          = "juki-city"
  network       = google_compute_network.this.name
  source_ranges = ["192.168.100.0/24"]

  allow {
    protocol = "all"
  }
}

# EXPECT fail: encryption.in-transit
resource "google_compute_ssl_policy" "this" {
  name            = "juki"
  profile         = "COMPATIBLE"
  min_tls_version = "TLS_1_0"
}
