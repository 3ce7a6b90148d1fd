"""The units on a real systemd: `make boot-test`."""
