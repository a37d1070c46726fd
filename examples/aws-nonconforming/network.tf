# フローログは拒否だけを残し、許した通信が分からない。
# EXPECT fail: log.network-flow
# EXPECT fail: time.source
resource "aws_vpc" "this" {
  cidr_block = "10.20.0.0/16"
}

resource "aws_flow_log" "vpc" {
  vpc_id          = aws_vpc.this.id
  traffic_type    = "REJECT"
  log_destination = aws_cloudwatch_log_group.application.arn
  iam_role_arn    = aws_iam_role.replication.arn
}

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
