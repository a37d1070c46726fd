resource "google_service_account" "operator" {
  account_id = "juki-operator"
}

# 管理者の権限を持つサービスアカウントに、期限のない鍵を作っている。
# EXPECT none: mfa.privileged-user
# EXPECT fail: mfa.privileged-user @ google_service_account.operator
resource "google_service_account_key" "operator" {
  service_account_id = google_service_account.operator.name
}

resource "google_project_iam_member" "operator" {
  project = var.project_id
  role    = "roles/owner"
  member  = "serviceAccount:juki-operator@example-juki-prod.iam.gserviceaccount.com"
}

# 委託事業者の個人。二段階認証の有無はここからは分からない。
# EXPECT manual: mfa.delegated-admin
resource "google_project_iam_member" "contractor" {
  project = var.project_id
  role    = "roles/owner"
  member  = "user:operator@contractor.example.com"
}
