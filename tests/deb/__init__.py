"""make deb-test: the packages in a Debian without a network, installed, upgraded, taken back, cut off and purged."""
