"""自治体情報セキュリティポリシーの条項ごとに、クラウドの設定を確認する監査ツール。

An auditor of cloud configuration against the numbered clauses of Japanese local-government
information-security policies.  This package is the core: it knows no cloud SDK, no Terraform
and no report format; those are plugins (entry points of group ``auditor``).
"""

__version__ = "0.1.0"
