# わざと条項に反する設定を集めた例。実際に使わないこと。
# A deliberately nonconforming example. Do not apply it.
provider "google" {
  project = var.project_id
  region  = "asia-northeast1"
  zone    = "asia-northeast1-b"
}

# 試験のつもりで作った国外の設定が残っている。
provider "google" {
  alias   = "singapore"
  project = var.project_id
  region  = "asia-southeast1"
  zone    = "asia-southeast1-a"
}
