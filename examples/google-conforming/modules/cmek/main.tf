variable "location" {
  description = "鍵を置くリージョン。データと同じ場所にする / same place as the data"
  type        = string
}

variable "name" {
  type = string
}

variable "purposes" {
  description = "用途ごとに鍵を分ける / one key per purpose"
  type        = set(string)
}

variable "service_agents" {
  description = "用途 -> その鍵を使うサービスエージェント / purpose -> service agents that use the key"
  type        = map(list(string))
  default     = {}
}

locals {
  grants = merge([
    for purpose, agents in var.service_agents : {
      for agent in agents : "${purpose}:${agent}" => { purpose = purpose, agent = agent }
    }
  ]...)
}

resource "google_kms_key_ring" "this" {
  name     = var.name
  location = var.location
}

# 90 日ごとに更新し、破棄を予約してから 30 日待つ。
resource "google_kms_crypto_key" "this" {
  for_each = var.purposes

  name                       = each.key
  key_ring                   = google_kms_key_ring.this.id
  rotation_period            = "7776000s"
  destroy_scheduled_duration = "2592000s"
}

resource "google_kms_crypto_key_iam_member" "this" {
  for_each = local.grants

  crypto_key_id = google_kms_crypto_key.this[each.value.purpose].id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:${each.value.agent}"
}

output "data_key_id" {
  value = google_kms_crypto_key.this["data"].id
}

output "log_key_id" {
  value = google_kms_crypto_key.this["log"].id
}
