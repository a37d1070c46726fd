# サポート期間内の OS の、事業者が作成したイメージ。
# An image of the provider's, with an operating system that is in support.
data "aws_ami" "al2023" {
  owners      = ["amazon"]
  most_recent = true

  filter {
    name   = "name"
    values = ["al2023-ami-2023.*-x86_64"]
  }
}

# 夜間一括処理のサーバ。時刻源を明示し、ディスクは顧客管理鍵で暗号化する。
# EXPECT pass: time.source
# EXPECT pass: encryption.customer-key
# EXPECT pass: service.minimum
# EXPECT pass: monitoring.server
# EXPECT pass: capacity.alarm
# EXPECT pass: network.public-endpoint
resource "aws_instance" "batch" {
  ami                     = data.aws_ami.al2023.id
  instance_type           = "m7i.large"
  subnet_id               = aws_subnet.private["a"].id
  vpc_security_group_ids  = [aws_security_group.internal.id]
  iam_instance_profile    = aws_iam_instance_profile.batch.name
  disable_api_termination = true
  tags                    = merge(local.backup_tags, { Name = "${var.system_name}-batch" })

  user_data = <<-EOT
    #!/bin/bash
    cat > /etc/chrony.d/aws.conf <<'CONF'
    server 169.254.169.123 prefer iburst minpoll 4 maxpoll 4
    CONF
    systemctl restart chronyd
  EOT

  metadata_options {
    http_tokens = "required"
  }

  root_block_device {
    encrypted   = true
    kms_key_id  = module.key["data"].arn
    volume_type = "gp3"
    volume_size = 50
  }
}

resource "aws_iam_instance_profile" "batch" {
  name = "${var.system_name}-batch"
  role = aws_iam_role.service["ec2.amazonaws.com"].name
}

# 毎週日曜の夜に修正プログラムを適用する。
# Patches are applied every Sunday night.
# EXPECT pass: vulnerability.patch
resource "aws_ssm_association" "patch" {
  name                = "AWS-RunPatchBaseline"
  schedule_expression = "cron(0 15 ? * SUN *)"
  parameters          = { Operation = "Install" }

  targets {
    key    = "InstanceIds"
    values = [aws_instance.batch.id]
  }
}

# 脆弱性を検査し続ける。
# EXPECT pass: vulnerability.scan
resource "aws_inspector2_enabler" "this" {
  account_ids    = [var.account_id]
  resource_types = ["EC2"]
}

# サーバに入るときは Session Manager を使い、操作を記録する。
# Who enters a machine does so by Session Manager, which records what is done.
# EXPECT pass: privileged.utility
resource "aws_ssm_document" "session" {
  name            = "SSM-SessionManagerRunShell"
  document_type   = "Session"
  document_format = "JSON"

  content = jsonencode({
    schemaVersion = "1.0"
    description   = "Session preferences"
    sessionType   = "Standard_Stream"
    inputs = {
      cloudWatchLogGroupName      = "/${var.system_name}/session"
      cloudWatchEncryptionEnabled = true
      cloudWatchStreamingEnabled  = true
      idleSessionTimeout          = "15"
      maxSessionDuration          = "60"
    }
  })
}
