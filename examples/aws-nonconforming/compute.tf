# EXPECT fail: time.source
# EXPECT fail: encryption.at-rest
# EXPECT fail: encryption.customer-key
resource "aws_instance" "batch" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "m7i.large"
  subnet_id     = aws_subnet.private.id
  tags          = { Backup = "weekly" }

  user_data = <<-EOT
    #!/bin/bash
    echo 'server ntp.abroad.example.com iburst' > /etc/chrony.conf
    systemctl restart chronyd
  EOT

  root_block_device {
    encrypted = false
  }
}

# EXPECT fail: encryption.at-rest
# EXPECT fail: encryption.customer-key
resource "aws_ebs_volume" "batch" {
  availability_zone = "ap-northeast-1a"
  size              = 200
  encrypted         = false
  tags              = { Backup = "weekly" }
}
