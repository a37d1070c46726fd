# EXPECT fail: encryption.at-rest
# EXPECT fail: encryption.customer-key
resource "aws_sqs_queue" "issue" {
  name                    = "${var.system_name}-issue"
  sqs_managed_sse_enabled = false
}
