variable "primary_region" {
  type    = string
  default = "ap-northeast-1"
}

variable "system_name" {
  type    = string
  default = "example-juki"
}

variable "account_id" {
  type    = string
  default = "111122223333"
}

variable "contractor_account_id" {
  description = "運用を委託する事業者のアカウント / account of the contractor"
  type        = string
  default     = "444455556666"
}
