"""The shell: what is known goes in, a screen is chosen, windows, player and overlay follow, the core is told."""
