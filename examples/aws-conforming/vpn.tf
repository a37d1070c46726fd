# 庁舎との回線。二台の装置を別々に通し、一台が止まっても切れない。
# Two lines to the city hall, by two devices of which one may fail.
resource "aws_customer_gateway" "city" {
  for_each = { first = "198.51.100.10", second = "198.51.100.74" }

  type       = "ipsec.1"
  bgp_asn    = 65010
  ip_address = each.value
}

resource "aws_vpn_gateway" "this" {
  vpc_id = aws_vpc.this.id
}

# 弱い方式を受け入れない。指定しないと、弱いものも受け入れる。
# Without these lists weak algorithms are accepted too.
# EXPECT pass: remote.encryption
# EXPECT pass: redundancy.line
# EXPECT manual: network.external-connection
resource "aws_vpn_connection" "city" {
  for_each = aws_customer_gateway.city

  vpn_gateway_id      = aws_vpn_gateway.this.id
  customer_gateway_id = each.value.id
  type                = "ipsec.1"

  tunnel1_ike_versions                 = ["ikev2"]
  tunnel1_phase1_encryption_algorithms = ["AES256-GCM-16"]
  tunnel1_phase1_integrity_algorithms  = ["SHA2-384"]
  tunnel1_phase1_dh_group_numbers      = [20]
  tunnel1_phase2_encryption_algorithms = ["AES256-GCM-16"]
  tunnel1_phase2_integrity_algorithms  = ["SHA2-384"]
  tunnel1_phase2_dh_group_numbers      = [20]

  tunnel2_ike_versions                 = ["ikev2"]
  tunnel2_phase1_encryption_algorithms = ["AES256-GCM-16"]
  tunnel2_phase1_integrity_algorithms  = ["SHA2-384"]
  tunnel2_phase1_dh_group_numbers      = [20]
  tunnel2_phase2_encryption_algorithms = ["AES256-GCM-16"]
  tunnel2_phase2_integrity_algorithms  = ["SHA2-384"]
  tunnel2_phase2_dh_group_numbers      = [20]
}

# ---- 庁舎との間の通信を検査する / traffic with the city hall is inspected

resource "aws_subnet" "firewall" {
  for_each = local.zones

  vpc_id            = aws_vpc.this.id
  availability_zone = "${var.primary_region}${each.key}"
  cidr_block        = each.value.firewall
}

# 事業者が更新する規則で、侵入と不正プログラムの通信を止める。
# Rules that the provider keeps current stop intrusion and the traffic of malware.
resource "aws_networkfirewall_firewall_policy" "this" {
  name = var.system_name

  firewall_policy {
    stateless_default_actions          = ["aws:forward_to_sfe"]
    stateless_fragment_default_actions = ["aws:forward_to_sfe"]

    dynamic "stateful_rule_group_reference" {
      for_each = toset(["ThreatSignaturesMalwareActionOrder", "ThreatSignaturesExploitsActionOrder"])

      content {
        resource_arn = "arn:aws:network-firewall:${var.primary_region}:aws-managed:stateful-rulegroup/${stateful_rule_group_reference.value}"
      }
    }
  }

  encryption_configuration {
    type   = "CUSTOMER_KMS"
    key_id = module.key["data"].arn
  }
}

# EXPECT pass: monitoring.intrusion
# EXPECT pass: malware.protection
resource "aws_networkfirewall_firewall" "this" {
  name                = var.system_name
  firewall_policy_arn = aws_networkfirewall_firewall_policy.this.arn
  vpc_id              = aws_vpc.this.id
  delete_protection   = true

  encryption_configuration {
    type   = "CUSTOMER_KMS"
    key_id = module.key["data"].arn
  }

  dynamic "subnet_mapping" {
    for_each = aws_subnet.firewall

    content {
      subnet_id = subnet_mapping.value.id
    }
  }
}

resource "aws_networkfirewall_logging_configuration" "this" {
  firewall_arn = aws_networkfirewall_firewall.this.arn

  logging_configuration {
    log_destination_config {
      log_destination      = { logGroup = aws_cloudwatch_log_group.this["firewall"].name }
      log_destination_type = "CloudWatchLogs"
      log_type             = "ALERT"
    }
  }
}

locals {
  inspection = {
    for state in aws_networkfirewall_firewall.this.firewall_status[0].sync_states :
    trimprefix(state.availability_zone, var.primary_region) => state.attachment[0].endpoint_id
  }
}

# 庁舎へ向かう通信は、同じゾーンのファイアウォールを通る。
# Traffic to the city hall passes the firewall of the same zone.
# EXPECT pass: network.routing
resource "aws_route_table" "private" {
  for_each = local.zones
  vpc_id   = aws_vpc.this.id
}

resource "aws_route_table_association" "private" {
  for_each = local.zones

  subnet_id      = aws_subnet.private[each.key].id
  route_table_id = aws_route_table.private[each.key].id
}

resource "aws_route" "to_city" {
  for_each = local.zones

  route_table_id         = aws_route_table.private[each.key].id
  destination_cidr_block = local.city_network
  vpc_endpoint_id        = local.inspection[each.key]
}

# 庁舎から届く通信も、仮想プライベートゲートウェイの経路表でファイアウォールへ導く。
# Traffic from the city hall is led to the firewall as well.
# EXPECT pass: network.routing
resource "aws_route_table" "from_city" {
  vpc_id = aws_vpc.this.id
}

resource "aws_route_table_association" "from_city" {
  gateway_id     = aws_vpn_gateway.this.id
  route_table_id = aws_route_table.from_city.id
}

resource "aws_route" "from_city" {
  for_each = local.zones

  route_table_id         = aws_route_table.from_city.id
  destination_cidr_block = each.value.private
  vpc_endpoint_id        = local.inspection[each.key]
}

# EXPECT pass: network.routing
resource "aws_route_table" "firewall" {
  vpc_id           = aws_vpc.this.id
  propagating_vgws = [aws_vpn_gateway.this.id]
}

resource "aws_route_table_association" "firewall" {
  for_each = local.zones

  subnet_id      = aws_subnet.firewall[each.key].id
  route_table_id = aws_route_table.firewall.id
}
