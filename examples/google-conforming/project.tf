# 利用終了の時に Terraform から実際に消せるようにする(既定の PREVENT は消せず、ABANDON は消したように見せる)。
# DELETE: the default PREVENT refuses, and ABANDON only pretends.
# EXPECT pass: teardown.account (terminate)
resource "google_project" "this" {
  name                = "Juki"
  project_id          = var.project_id
  org_id              = var.organization_id
  auto_create_network = false
  deletion_policy     = "DELETE"
}

# 東京・大阪以外に資源を作れないようにする。
# EXPECT pass: residency.guardrail
resource "google_org_policy_policy" "locations" {
  name   = "projects/${google_project.this.project_id}/policies/gcp.resourceLocations"
  parent = "projects/${google_project.this.project_id}"

  spec {
    rules {
      values {
        allowed_values = ["in:asia-northeast1-locations", "in:asia-northeast2-locations"]
      }
    }
  }
}

# サービスアカウントの鍵(長期の認証情報)を作れないようにする。
resource "google_org_policy_policy" "no_keys" {
  name   = "projects/${google_project.this.project_id}/policies/iam.disableServiceAccountKeyCreation"
  parent = "projects/${google_project.this.project_id}"

  spec {
    rules {
      enforce = "TRUE"
    }
  }
}

resource "google_essential_contacts_contact" "security" {
  parent                              = "projects/${var.project_id}"
  email                               = "security@city.example.jp"
  language_tag                        = "ja"
  notification_category_subscriptions = ["SECURITY", "TECHNICAL"]
}
