# わざと条項に反する設定を集めた例。実際に使わないこと。
# A deliberately nonconforming example. Do not apply it.
provider "aws" {
  region              = var.primary_region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = {
      System          = var.system_name
      Confidentiality = "3B"
      Owner           = "shimin-ka"
      Environment     = "production"
    }
  }
}

# 国外のリージョンを複製先にしている。
# Copies go abroad.
provider "aws" {
  alias               = "singapore"
  region              = "ap-southeast-1"
  allowed_account_ids = [var.account_id]
}
