"""The player of content inputs."""
