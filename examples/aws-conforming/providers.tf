# 住民記録のデータは東京と大阪にだけ置く。既定は東京、遠隔地の複製は大阪。
# Tokyo is the default; copies go to Osaka and nowhere else.
#
# 取り違えたアカウントに適用しないよう、許すアカウントを書く。計画からも自分のアカウントが分かる。
# The account is stated, which keeps Terraform from any other and tells a reader of the plan whose it is.
provider "aws" {
  region              = var.primary_region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = local.common_tags
  }
}

provider "aws" {
  alias               = "osaka"
  region              = var.secondary_region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = local.common_tags
  }
}

# CloudFront が使う証明書と WAF は us-east-1 にしか作れない。
# 置かれるのは証明書と規則だけで、住民の情報は置かれない。
# CloudFront reads its certificate and web ACL from us-east-1 only; no resident data is stored there.
provider "aws" {
  alias               = "virginia"
  region              = "us-east-1"
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = local.common_tags
  }
}

# 組織の統制(SCP)は組織管理アカウントで設定する。
# Guardrails are set in the organization's management account.
provider "aws" {
  alias  = "organization"
  region = var.primary_region

  assume_role {
    role_arn = "arn:aws:iam::${var.management_account_id}:role/guardrail-deployer"
  }
}
