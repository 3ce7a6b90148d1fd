"""The composition root: the only package that names concrete classes and joins them.

Three programs come out of it: the agent (core, with or without the front in its process), a front on its own, and the
demo, which is an agent with an Exchange and a control page beside it. What a program does not use it does not import.
"""
