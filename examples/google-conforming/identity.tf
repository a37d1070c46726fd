# 委託事業者のグループ。二段階認証は先方の組織の設定なので、書面で確かめる。
# Whether the contractor's organization enforces 2-step verification is not visible here.
# EXPECT manual: mfa.delegated-admin
resource "google_project_iam_member" "contractor" {
  project = var.project_id
  role    = "roles/editor"
  member  = "group:${var.contractor_group}"
}

# 職員は本市の IdP から入る。
resource "google_iam_workforce_pool" "city" {
  parent            = "organizations/${var.organization_id}"
  location          = "global"
  workforce_pool_id = "city-staff"
  session_duration  = "3600s"
}

resource "google_iam_workforce_pool_provider" "city" {
  workforce_pool_id = google_iam_workforce_pool.city.workforce_pool_id
  location          = google_iam_workforce_pool.city.location
  provider_id       = "city-idp"

  attribute_mapping = {
    "google.subject" = "assertion.subject"
    "google.groups"  = "assertion.attributes.groups"
  }

  saml {
    idp_metadata_xml = var.idp_metadata
  }
}

# EXPECT manual: mfa.delegated-admin
resource "google_project_iam_member" "staff" {
  project = var.project_id
  role    = "roles/resourcemanager.projectIamAdmin"
  member  = "principalSet://iam.googleapis.com/locations/global/workforcePools/city-staff/group/administrators"
}
