# EXPECT pass: log.network-flow
# EXPECT pass: time.source
resource "aws_vpc" "this" {
  cidr_block           = "10.20.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "private" {
  for_each = {
    a = "10.20.0.0/24"
    c = "10.20.1.0/24"
  }

  vpc_id            = aws_vpc.this.id
  availability_zone = "${var.primary_region}${each.key}"
  cidr_block        = each.value
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

resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_security_group" "internal" {
  name        = "${var.system_name}-internal"
  description = "resident record servers"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "https" {
  for_each = toset(["10.20.0.0/16", "192.168.100.0/24"])

  security_group_id = aws_security_group.internal.id
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "peer" {
  for_each = { postgres = 5432, nfs = 2049 }

  security_group_id            = aws_security_group.internal.id
  referenced_security_group_id = aws_security_group.internal.id
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
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
