# 委託事業者のグループには、運用に要る役割だけを与える。
# The contractor's group has only the roles that operation needs.
# EXPECT not_applicable: mfa.delegated-admin
# EXPECT pass: access.delegated-rights
# EXPECT pass: access.least-privilege
resource "google_project_iam_member" "contractor" {
  for_each = toset(["roles/monitoring.viewer", "roles/compute.viewer"])

  project = var.project_id
  role    = each.key
  member  = "group:${var.contractor_group}"
}

# サーバへは Identity-Aware Proxy を通して、決めたサーバにだけ入れる。
# Machines are entered through Identity-Aware Proxy, and only the one that is named.
# EXPECT pass: remote.authorization
# EXPECT manual: remote.authentication
resource "google_iap_tunnel_instance_iam_member" "contractor" {
  project  = var.project_id
  zone     = google_compute_instance.batch.zone
  instance = google_compute_instance.batch.name
  role     = "roles/iap.tunnelResourceAccessor"
  member   = "group:${var.contractor_group}"
}

# 職員は本市の IdP から入る。接続は一時間で切れる。
# Staff sign in at the city's identity provider, for an hour at a time.
# EXPECT pass: privileged.session
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
