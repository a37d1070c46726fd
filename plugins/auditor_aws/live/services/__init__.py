"""One module a service or a group of small ones: what is asked, and how the answers become records."""
