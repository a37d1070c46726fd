# マイナンバー利用事務系なのに、インターネットとつながっている。
# A network of the My Number zone that is connected with the internet.
# EXPECT fail: segmentation.mynumber-internet
# EXPECT fail: network.default-network
# フローログは拒否だけを残し、許した通信が分からない。
# EXPECT fail: log.network-flow
# EXPECT fail: time.source
resource "aws_vpc" "this" {
  cidr_block = "10.20.0.0/16"
  tags       = { Zone = "mynumber" }
}

resource "aws_flow_log" "vpc" {
  vpc_id          = aws_vpc.this.id
  traffic_type    = "REJECT"
  log_destination = aws_cloudwatch_log_group.application.arn
  iam_role_arn    = aws_iam_role.replication.arn
}

# データベースのサブネットから、インターネットへ直接の経路がある。
# The subnet of databases has a route straight to the internet.
# EXPECT fail: network.routing
resource "aws_subnet" "private" {
  vpc_id            = aws_vpc.this.id
  availability_zone = "ap-northeast-1a"
  cidr_block        = "10.20.0.0/24"
}

# 承認していない外部の NTP サーバを配っている。
# EXPECT fail: time.source
resource "aws_vpc_dhcp_options" "this" {
  domain_name_servers = ["AmazonProvidedDNS"]
  ntp_servers         = ["203.0.113.123"]
}

resource "aws_vpc_dhcp_options_association" "this" {
  vpc_id          = aws_vpc.this.id
  dhcp_options_id = aws_vpc_dhcp_options.this.id
}

# EXPECT manual: network.boundary
# EXPECT manual: network.external-connection
resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.this.id
}

resource "aws_route" "internet" {
  route_table_id         = aws_route_table.private.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "private" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.private.id
}

# SSH を誰にでも開き、外へは何でも出せる。
# SSH for everybody, and everything may go out.
# EXPECT fail: network.ingress
# EXPECT fail: network.egress
# EXPECT fail: remote.admin-path
# EXPECT fail: segmentation.zone-route
resource "aws_security_group" "maintenance" {
  name        = "${var.system_name}-maintenance"
  description = "maintenance"
  vpc_id      = aws_vpc.this.id

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

# 庁舎との回線は一本だけで、方式を指定していないので弱いものも受け入れる。
# A single line to the city hall, which accepts weak algorithms because none are named.
resource "aws_customer_gateway" "city" {
  type       = "ipsec.1"
  bgp_asn    = 65010
  ip_address = "198.51.100.10"
}

resource "aws_vpn_gateway" "this" {
  vpc_id = aws_vpc.this.id
}

# EXPECT fail: remote.encryption
# EXPECT fail: redundancy.line
resource "aws_vpn_connection" "city" {
  vpn_gateway_id      = aws_vpn_gateway.this.id
  customer_gateway_id = aws_customer_gateway.city.id
  type                = "ipsec.1"
}
