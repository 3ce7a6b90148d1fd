"""Content inputs: capture devices, what they see, and which of them is which input."""
