"""The page on which the box's screen is seen and touched, its cables are plugged and accidents happen."""
