"""Chromium: the home screen's and the meeting's, each a process of its own."""
