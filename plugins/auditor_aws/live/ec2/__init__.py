"""How the answers of Amazon EC2 and Amazon VPC become records, one module a topic."""
