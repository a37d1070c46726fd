variable "project_id" {
  description = "本システムのプロジェクト / project of this system"
  type        = string
  default     = "example-juki-prod"
}

variable "project_number" {
  description = "プロジェクト番号。サービスエージェントの名前に使う / used in the names of service agents"
  type        = string
  default     = "123456789012"
}

variable "organization_id" {
  type    = string
  default = "210987654321"
}

variable "primary_region" {
  description = "主リージョン(東京) / primary region"
  type        = string
  default     = "asia-northeast1"
}

variable "secondary_region" {
  description = "遠隔地リージョン(大阪) / secondary region"
  type        = string
  default     = "asia-northeast2"
}

variable "contractor_group" {
  description = "運用を委託する事業者のグループ / group of the contractor's operators"
  type        = string
  default     = "juki-operators@contractor.example.com"
}

variable "documents" {
  description = "文書の種類と保存日数 / kinds of documents and the days they are kept"
  type        = map(object({ keep_days = number }))
  default = {
    resident-record = { keep_days = 3650 }
  }
}

variable "city_network" {
  description = "庁内のネットワーク / network of the city hall"
  type        = string
  default     = "192.168.100.0/24"
}

variable "log_retention_days" {
  type    = number
  default = 1096
}

variable "idp_metadata" {
  description = "本市 IdP の SAML メタデータ / SAML metadata of the city's identity provider"
  type        = string
  default     = "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"https://idp.city.example.jp\"/>"
}
