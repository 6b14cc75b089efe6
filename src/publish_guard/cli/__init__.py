"""The command line: parsers, frozen options, and the only place that chooses who works."""
