"""What the commands do, told in Protocols: check and publish."""
