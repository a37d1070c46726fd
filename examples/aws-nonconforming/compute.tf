# 保守の利便のため、起動スクリプトに認証情報を書き、旧式のメタデータも残している。
# Credentials in the start-up script, and metadata of the old kind.
# EXPECT fail: credential.plaintext
# EXPECT fail: service.minimum
# EXPECT fail: capacity.alarm
# EXPECT fail: time.source
# EXPECT fail: encryption.at-rest
# EXPECT fail: encryption.customer-key
resource "aws_instance" "batch" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "m7i.large"
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [aws_security_group.maintenance.id]
  tags                   = { Backup = "weekly" }

  user_data = <<-EOT
    #!/bin/bash
    echo 'server ntp.abroad.example.com iburst' > /etc/chrony.conf
    systemctl restart chronyd
    export DB_PASSWORD=Example-Only-1
  EOT

  metadata_options {
    http_tokens = "optional"
  }

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

# ---- 試験の環境 / test environment

# 本番のディスクの複製を、本番と同じアカウントの試験の環境で使っている。
# A copy of production's disk, used for tests in the account of production.
# EXPECT fail: encryption.at-rest
# EXPECT fail: encryption.customer-key
resource "aws_ebs_snapshot" "batch" {
  volume_id = aws_ebs_volume.batch.id
}

# EXPECT fail: environment.test-data
# EXPECT unknown: encryption.at-rest
# EXPECT unknown: encryption.customer-key
# EXPECT fail: environment.separation @ (plan)
resource "aws_ebs_volume" "rehearsal" {
  availability_zone = "ap-northeast-1a"
  snapshot_id       = aws_ebs_snapshot.batch.id
  tags              = { Environment = "test" }
}
