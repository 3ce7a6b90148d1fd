"""From what the calendar source says to what the room keeps: plan, then act.

`plan`, `keep`, `window`, `schedule` and `rejections` decide and touch nothing; `pull` acts on their word; `worker`
lets it act at the right time, in a thread of its own. Source, store and extractor are given from outside.
"""
