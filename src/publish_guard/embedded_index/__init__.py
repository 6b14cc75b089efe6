"""A package index on loopback that reads real tokens and answers in PyPI's words, to try things out and to test with.

It needs the extra `index` (pypiserver, which keeps and serves the files). What it knows of PyPI comes from the server's
source (pypi/warehouse at commit 6b62157) and from what that server answered when it was asked. Start it with `start`
of publish_guard.embedded_index.server, or with `publish-guard index serve`.
"""
