"""The home screen in every state, language, size and theme, side by side: `make gallery`. For development only."""
