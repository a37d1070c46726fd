"""A parsed policy as lines that people can check: id, level, number and heading."""

from __future__ import annotations

from auditor.policies.importing import ParsedPolicy


def tree(policy: ParsedPolicy) -> str:
    """One line for every node, then one for every artefact and warning."""
    lines = [f"= {document.id or '-'}: {document.title}" for document in policy.documents]
    lines += [
        " | ".join(
            (node.id, node.level.value, node.number or "-", node.heading or "-", node.text.replace("\n", "⏎") or "-")
        )
        for node in policy.nodes
    ]
    lines += [f"* {one.kind.value} {one.line}-{one.line_end} {one.node}".rstrip() for one in policy.artefacts]
    lines += [f"! {one.kind} {one.node}".rstrip() for one in policy.warnings]
    return "\n".join(lines) + "\n"
