variable "project_id" {
  type    = string
  default = "example-juki-prod"
}

variable "organization_id" {
  type    = string
  default = "210987654321"
}
