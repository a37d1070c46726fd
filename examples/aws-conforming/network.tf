# 住民記録はマイナンバー利用事務系に置く。インターネットとの接続を設けず、庁舎とは VPN で結ぶ。
# Resident records stand in the My Number zone: no way to the internet, a VPN to the city hall.
# EXPECT pass: log.network-flow
# EXPECT pass: time.source
# EXPECT pass: segmentation.zone-assigned
# EXPECT pass: segmentation.mynumber-internet
resource "aws_vpc" "this" {
  cidr_block           = "10.20.0.0/16"
  enable_dns_hostnames = true
  tags                 = { Zone = "mynumber" }
}

# EXPECT pass: network.routing
resource "aws_subnet" "private" {
  for_each = local.zones

  vpc_id            = aws_vpc.this.id
  availability_zone = "${var.primary_region}${each.key}"
  cidr_block        = each.value.private
}

# 時刻は AWS の時刻源に合わせる。ログの時刻がサーバ間でずれないようにする。
# Time comes from the provider's own source, so that log times agree across servers.
# EXPECT pass: time.source
resource "aws_vpc_dhcp_options" "this" {
  domain_name         = "juki.internal"
  domain_name_servers = ["AmazonProvidedDNS"]
  ntp_servers         = ["169.254.169.123"]
}

resource "aws_vpc_dhcp_options_association" "this" {
  vpc_id          = aws_vpc.this.id
  dhcp_options_id = aws_vpc_dhcp_options.this.id
}

# 既定のセキュリティグループには規則を残さない。
# EXPECT pass: network.default-network
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
}

# EXPECT pass: network.ingress
# EXPECT pass: network.ports
# EXPECT pass: network.egress
# EXPECT pass: remote.admin-path
# EXPECT pass: segmentation.zone-route
resource "aws_security_group" "internal" {
  name        = "${var.system_name}-internal"
  description = "resident record servers"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "https" {
  for_each = toset([aws_vpc.this.cidr_block, local.city_network])

  security_group_id = aws_security_group.internal.id
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "postgres" {
  security_group_id            = aws_security_group.internal.id
  referenced_security_group_id = aws_security_group.internal.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.internal.id
  cidr_ipv4         = "10.20.0.0/16"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_flow_log" "vpc" {
  vpc_id               = aws_vpc.this.id
  traffic_type         = "ALL"
  log_destination_type = "cloud-watch-logs"
  log_destination      = aws_cloudwatch_log_group.this["flow"].arn
  iam_role_arn         = aws_iam_role.service["vpc-flow-logs.amazonaws.com"].arn
}
