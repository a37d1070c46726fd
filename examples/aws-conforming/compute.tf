# 夜間一括処理のサーバ。時刻源を明示し、ディスクは顧客管理鍵で暗号化する。
# EXPECT pass: time.source
# EXPECT pass: encryption.customer-key
resource "aws_instance" "batch" {
  ami                     = "ami-0123456789abcdef0"
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

# EXPECT pass: encryption.customer-key
resource "aws_ebs_volume" "batch" {
  availability_zone = "${var.primary_region}a"
  size              = 200
  type              = "gp3"
  encrypted         = true
  kms_key_id        = module.key["data"].arn
  tags              = local.backup_tags
}

resource "aws_volume_attachment" "batch" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.batch.id
  instance_id = aws_instance.batch.id
}

resource "aws_iam_instance_profile" "batch" {
  name = "${var.system_name}-batch"
  role = aws_iam_role.service["ec2.amazonaws.com"].name
}
