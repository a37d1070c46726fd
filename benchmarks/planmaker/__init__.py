"""Makes large, realistic Terraform plans for the benchmarks. Nothing here is part of the product."""
