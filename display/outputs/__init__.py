"""Sockets for screens: which are there, what they show, whether they sleep."""
