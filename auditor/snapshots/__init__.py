"""Snapshots: what the APIs of a cloud said, kept as evidence and judged without them.

A snapshot is a folder.  ``collection.json`` says what is to be collected; below ``accounts`` lies one file for each
account, region and service; ``manifest.json`` is written last and names every file with its SHA-256.
"""
