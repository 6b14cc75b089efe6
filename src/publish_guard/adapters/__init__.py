"""What touches the world on behalf of the services: worker processes, distribution files, CI variables."""
