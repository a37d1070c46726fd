variable "primary_region" {
  description = "主リージョン(東京) / primary region"
  type        = string
  default     = "ap-northeast-1"
}

variable "secondary_region" {
  description = "遠隔地リージョン(大阪) / secondary region"
  type        = string
  default     = "ap-northeast-3"
}

variable "system_name" {
  description = "システム名。資源名の先頭に付ける / prefix of resource names"
  type        = string
  default     = "example-juki"
}

variable "account_id" {
  description = "本システムのアカウント / account of this system"
  type        = string
  default     = "111122223333"
}

variable "management_account_id" {
  description = "組織管理アカウント / management account of the organization"
  type        = string
  default     = "777788889999"
}

variable "contractor_account_id" {
  description = "運用を委託する事業者のアカウント / account of the contractor that operates the system"
  type        = string
  default     = "444455556666"
}

variable "documents" {
  description = "文書の種類と保存日数 / kinds of documents and the days they are kept"
  type        = map(object({ keep_days = number }))
  default = {
    resident-record = { keep_days = 3650 }
  }
}

variable "log_retention_days" {
  description = "ログの保存日数 / days logs are kept"
  type        = number
  default     = 1096
}

variable "key_deletion_window_days" {
  description = "鍵の削除待機日数。誤りに気付く時間を残すため最長にする / waiting period before a key is gone"
  type        = number
  default     = 30
}

variable "saml_metadata" {
  description = "本市 IdP の SAML メタデータ / SAML metadata of the city's identity provider"
  type        = string
  default     = "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"https://idp.city.example.jp\"/>"
}
