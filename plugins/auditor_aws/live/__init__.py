"""Live AWS accounts: what is asked of the APIs, how, and what becomes of the answers.

``services`` says for each service which calls are made and how their answers become records of the types that the
Terraform provider has for them, so that the adapters and checks that judge a plan judge an account as well.
"""
