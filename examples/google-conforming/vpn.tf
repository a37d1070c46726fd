# 庁舎との回線。二つのトンネルを、庁舎の二台の装置へ別々に引く。
# Two tunnels to the city hall, to two devices.
# EXPECT pass: redundancy.line
resource "google_compute_ha_vpn_gateway" "this" {
  name    = "juki"
  network = google_compute_network.this.id
}

resource "google_compute_external_vpn_gateway" "city" {
  name            = "city-hall"
  redundancy_type = "TWO_IPS_REDUNDANCY"

  interface {
    id         = 0
    ip_address = "198.51.100.10"
  }

  interface {
    id         = 1
    ip_address = "198.51.100.74"
  }
}

resource "google_compute_router" "this" {
  name    = "juki"
  network = google_compute_network.this.name

  bgp {
    asn = 64514
  }
}

# 事前共有鍵は構成に書かず、あらかじめ登録したものを読む。
# The shared secret is registered beforehand and not written here.
data "google_secret_manager_secret_version" "vpn" {
  secret = "city-hall-vpn"
}

# 弱い方式を受け入れない。指定しないと、両方の装置が折衝で選ぶ。
# Without a list the two gateways settle on something by themselves.
# EXPECT pass: remote.encryption
# EXPECT manual: network.external-connection
resource "google_compute_vpn_tunnel" "city" {
  for_each = { first = 0, second = 1 }

  name                            = "city-hall-${each.key}"
  vpn_gateway                     = google_compute_ha_vpn_gateway.this.id
  vpn_gateway_interface           = each.value
  peer_external_gateway           = google_compute_external_vpn_gateway.city.id
  peer_external_gateway_interface = each.value
  router                          = google_compute_router.this.id
  shared_secret                   = data.google_secret_manager_secret_version.vpn.secret_data
  ike_version                     = 2

  cipher_suite {
    phase1 {
      encryption = ["AES-GCM-16-256"]
      integrity  = ["HMAC-SHA2-384-192"]
      prf        = ["PRF-HMAC-SHA2-384"]
      dh         = ["Group-20"]
    }

    phase2 {
      encryption = ["AES-GCM-16-256"]
      integrity  = ["HMAC-SHA2-384-192"]
      pfs        = ["Group-20"]
    }
  }
}

resource "google_compute_router_interface" "city" {
  for_each = google_compute_vpn_tunnel.city

  name       = each.value.name
  router     = google_compute_router.this.name
  vpn_tunnel = each.value.name
}

resource "google_compute_router_peer" "city" {
  for_each = google_compute_router_interface.city

  name      = each.value.name
  router    = google_compute_router.this.name
  interface = each.value.name
  peer_asn  = 65010
}

# ほかの系のネットワークとは個別につながず、集約点でつなぐ。
# Networks are joined at a hub and not one by one.
# EXPECT pass: network.aggregation
# EXPECT pass: segmentation.zone-separation
resource "google_network_connectivity_hub" "this" {
  name = "mynumber"
}

resource "google_network_connectivity_spoke" "juki" {
  name     = "juki"
  location = "global"
  hub      = google_network_connectivity_hub.this.id

  linked_vpc_network {
    uri = google_compute_network.this.self_link
  }
}
