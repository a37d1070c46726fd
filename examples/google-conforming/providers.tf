# 既定は東京。遠隔地の複製だけ大阪を使う。
# Tokyo by default; Osaka for copies only.
provider "google" {
  project = var.project_id
  region  = var.primary_region
  zone    = "${var.primary_region}-b"

  default_labels = {
    system          = "juki"
    owner           = "jumin-ka"
    environment     = "production"
    confidentiality = "3b"
  }
}

provider "google" {
  alias   = "osaka"
  project = var.project_id
  region  = var.secondary_region

  default_labels = {
    system          = "juki"
    owner           = "jumin-ka"
    environment     = "production"
    confidentiality = "3b"
  }
}
