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
# EXPECT pass: change.rules
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

# 期限のない鍵、平文の HTTP、データベースの公開のアドレスを禁じる。
# No keys without an end, no plain HTTP, no public addresses of databases.
# EXPECT pass: change.rules
resource "google_org_policy_policy" "enforced" {
  for_each = toset(["iam.disableServiceAccountKeyCreation", "sql.restrictPublicIp", "storage.secureHttpTransport"])

  name   = "projects/${google_project.this.project_id}/policies/${each.key}"
  parent = "projects/${google_project.this.project_id}"

  spec {
    rules {
      enforce = "TRUE"
    }
  }
}

# 使われていない権限を見付ける機能と、修正プログラムの配布に要る機能。
# What finds unneeded rights, and what distributes patches.
# EXPECT pass: access.review-tool @ google_project_service.this["recommender.googleapis.com"]
resource "google_project_service" "this" {
  for_each = toset(["osconfig.googleapis.com", "recommender.googleapis.com"])

  project = google_project.this.project_id
  service = each.key
}

# EXPECT pass: monitoring.contact
resource "google_essential_contacts_contact" "security" {
  parent                              = "projects/${var.project_id}"
  email                               = "security@city.example.jp"
  language_tag                        = "ja"
  notification_category_subscriptions = ["SECURITY", "TECHNICAL"]
}
