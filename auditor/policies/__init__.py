"""Policy packs: clauses, controls, mappings, parameters."""
