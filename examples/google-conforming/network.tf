# 住民記録はマイナンバー利用事務系に置く。インターネットへの既定の経路を残さない。
# Resident records stand in the My Number zone; the default route to the internet is removed.
# EXPECT pass: segmentation.zone-assigned
# EXPECT pass: segmentation.mynumber-internet
resource "google_compute_network" "this" {
  name                            = "juki"
  auto_create_subnetworks         = false
  delete_default_routes_on_create = true
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

# EXPECT pass: network.ingress
# EXPECT pass: network.ports
# EXPECT pass: remote.admin-path
# EXPECT pass: segmentation.zone-route
resource "google_compute_firewall" "internal" {
  name          = "juki-internal"
  network       = google_compute_network.this.name
  source_ranges = ["10.30.0.0/16", var.city_network]

  allow {
    protocol = "tcp"
    ports    = ["443", "5432"]
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}

# 保守の接続は Identity-Aware Proxy からだけ受ける。
# Maintenance comes from Identity-Aware Proxy only.
# EXPECT pass: remote.admin-path
resource "google_compute_firewall" "maintenance" {
  name          = "juki-maintenance"
  network       = google_compute_network.this.name
  source_ranges = ["35.235.240.0/20"]

  allow {
    protocol = "tcp"
    ports    = ["22"]
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}

# 外への通信は全て拒否し、要るものだけを許す。
# Nothing may go out but what is needed.
resource "google_compute_firewall" "no_egress" {
  name               = "juki-no-egress"
  network            = google_compute_network.this.name
  direction          = "EGRESS"
  priority           = 65534
  destination_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }
}

# EXPECT pass: network.egress
resource "google_compute_firewall" "egress" {
  name               = "juki-egress"
  network            = google_compute_network.this.name
  direction          = "EGRESS"
  destination_ranges = ["10.30.0.0/16", var.city_network, "199.36.153.4/30"]

  allow {
    protocol = "tcp"
    ports    = ["443", "5432"]
  }
}

# Google の API には、公開のアドレスを使わず、限定された入口から届く。
# APIs of Google are reached by their restricted entrance; this route leads nowhere else.
resource "google_compute_route" "google_apis" {
  name             = "juki-google-apis"
  network          = google_compute_network.this.name
  dest_range       = "199.36.153.4/30"
  next_hop_gateway = "default-internet-gateway"
}

# ---- 侵入の検知と防止 / prevention of intrusion

resource "google_network_security_security_profile" "threats" {
  name   = "juki-threats"
  parent = "organizations/${var.organization_id}"
  type   = "THREAT_PREVENTION"
}

# EXPECT pass: malware.protection
# EXPECT pass: malware.current
resource "google_network_security_security_profile_group" "threats" {
  name                      = "juki-threats"
  parent                    = "organizations/${var.organization_id}"
  threat_prevention_profile = google_network_security_security_profile.threats.id
}

# EXPECT pass: monitoring.intrusion
resource "google_network_security_firewall_endpoint" "this" {
  name               = "juki"
  parent             = "organizations/${var.organization_id}"
  location           = "${var.primary_region}-b"
  billing_project_id = var.project_id
}

resource "google_network_security_firewall_endpoint_association" "this" {
  name              = "juki"
  parent            = "projects/${var.project_id}"
  location          = "${var.primary_region}-b"
  network           = google_compute_network.this.id
  firewall_endpoint = google_network_security_firewall_endpoint.this.id
}

resource "google_compute_network_firewall_policy" "this" {
  name = "juki"
}

resource "google_compute_network_firewall_policy_rule" "inspect" {
  firewall_policy        = google_compute_network_firewall_policy.this.name
  priority               = 1000
  direction              = "INGRESS"
  action                 = "apply_security_profile_group"
  security_profile_group = google_network_security_security_profile_group.threats.id

  match {
    src_ip_ranges = [var.city_network]

    layer4_configs {
      ip_protocol = "tcp"
      ports       = ["443"]
    }
  }
}

resource "google_compute_network_firewall_policy_association" "this" {
  name              = "juki"
  firewall_policy   = google_compute_network_firewall_policy.this.name
  attachment_target = google_compute_network.this.id
}
