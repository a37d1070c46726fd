resource "google_monitoring_notification_channel" "security" {
  display_name = "情報セキュリティ担当"
  type         = "email"
  labels       = { email_address = "security@city.example.jp" }
}

# サーバとデータベースの使用率。使い切る前に知らせる。
# Use of machines and databases; somebody is told before it is used up.
# EXPECT pass: monitoring.recipient
resource "google_monitoring_alert_policy" "use" {
  for_each = {
    server   = "resource.type = \"gce_instance\" AND metric.type = \"compute.googleapis.com/instance/cpu/utilization\""
    database = "resource.type = \"cloudsql_database\" AND metric.type = \"cloudsql.googleapis.com/database/cpu/utilization\""
  }

  display_name          = "${each.key} cpu"
  combiner              = "OR"
  notification_channels = [google_monitoring_notification_channel.security.id]

  conditions {
    display_name = "cpu"

    condition_threshold {
      filter          = each.value
      comparison      = "COMPARISON_GT"
      threshold_value = 0.8
      duration        = "900s"

      aggregations {
        alignment_period   = "300s"
        per_series_aligner = "ALIGN_MEAN"
      }
    }
  }
}

# 監査ログから、権限の変更を探して知らせる。
# Changes of rights are looked for in the audit log.
# EXPECT pass: monitoring.log-analysis
# EXPECT pass: monitoring.recipient
resource "google_monitoring_alert_policy" "rights" {
  display_name          = "change of rights"
  combiner              = "OR"
  notification_channels = [google_monitoring_notification_channel.security.id]

  conditions {
    display_name = "SetIamPolicy"

    condition_matched_log {
      filter = "protoPayload.methodName:\"SetIamPolicy\""
    }
  }

  alert_strategy {
    notification_rate_limit {
      period = "300s"
    }
  }
}

# 脅威の検知の結果を送る。
# What detection has found is sent on.
# EXPECT pass: monitoring.threat-detection
resource "google_scc_v2_project_notification_config" "findings" {
  config_id    = "findings"
  project      = var.project_id
  pubsub_topic = google_pubsub_topic.issue.id

  streaming_config {
    filter = "severity = \"HIGH\" OR severity = \"CRITICAL\""
  }
}
