# 一つの構成から、三つのアカウントを管理する。どのアカウントの資源かは、引き受けるロールの ARN から分かる。
# One configuration manages three accounts; the ARN of the role that is assumed says whose a resource is.
provider "aws" {
  alias  = "juki"
  region = "ap-northeast-1"

  assume_role {
    role_arn = "arn:aws:iam::111122223333:role/deploy"
  }
}

provider "aws" {
  alias  = "guide"
  region = "ap-northeast-1"

  assume_role {
    role_arn = "arn:aws:iam::444455556666:role/deploy"
  }
}

provider "aws" {
  alias  = "old"
  region = "ap-northeast-1"

  assume_role {
    role_arn = "arn:aws:iam::777788889999:role/deploy"
  }
}
