"""Where secrets are read from: each place is one file and yields StoredSecret values."""
