"""Names of database administrators that products propose or that everybody tries first."""

from __future__ import annotations

from typing import Final

_NAMES: Final = frozenset(
    (
        # What consoles, documentation and installers of the engines put in: RDS and Aurora (admin, postgres), Redshift
        # (awsuser), Cloud SQL and AlloyDB (root, postgres, sqlserver), and the products themselves.
        *("admin", "postgres", "awsuser", "root", "sqlserver", "sa", "system", "sys", "mysql", "mariadb", "oracle"),
        # Words for the task.
        *("administrator", "master", "masteruser", "superuser", "dbadmin", "docdbadmin", "rdsadmin", "user", "test"),
        *("sysadmin", "default", "elastic", "opensearch"),
    )
)


def is_default(name: str) -> bool:
    """Whether an administrator of that name can be guessed; case does not count."""
    return name.strip().lower() in _NAMES
