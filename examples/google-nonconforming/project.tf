# Terraform から外れるだけで、プロジェクトも中の情報も残る。
# ABANDON leaves the project and everything in it.
# EXPECT fail: teardown.account (terminate)
# EXPECT fail: teardown.deletable
resource "google_project" "this" {
  name            = "Juki"
  project_id      = var.project_id
  org_id          = var.organization_id
  deletion_policy = "ABANDON"
}

# 国外のリージョンも許している。
# EXPECT fail: residency.guardrail
resource "google_org_policy_policy" "locations" {
  name   = "projects/${google_project.this.project_id}/policies/gcp.resourceLocations"
  parent = "projects/${google_project.this.project_id}"

  spec {
    rules {
      values {
        allowed_values = ["in:asia-locations"]
      }
    }
  }
}
