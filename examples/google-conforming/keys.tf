# 鍵は asia1 ではなく東京と大阪にそれぞれ置く。Cloud KMS の asia1 は第三の複製がソウルに置かれる。
# Keys stand in Tokyo and in Osaka, not in asia1: Cloud KMS keeps the third replica of asia1 in Seoul.
# EXPECT pass: key.rotation @ google_kms_crypto_key.this
# EXPECT pass: key.deletion-window @ google_kms_crypto_key.this
# EXPECT pass: key.policy @ google_kms_crypto_key.this
module "key" {
  source = "./modules/cmek"

  name     = "juki-tokyo"
  location = var.primary_region
  purposes = ["data", "log"]
  service_agents = {
    data = [
      "service-${var.project_number}@gs-project-accounts.iam.gserviceaccount.com",
      "service-${var.project_number}@gcp-sa-cloud-sql.iam.gserviceaccount.com",
      "service-${var.project_number}@compute-system.iam.gserviceaccount.com",
    ]
    log = ["service-${var.project_number}@gcp-sa-logging.iam.gserviceaccount.com"]
  }
}

module "key_osaka" {
  source = "./modules/cmek"

  name     = "juki-osaka"
  location = var.secondary_region
  purposes = ["data", "log"]
}
