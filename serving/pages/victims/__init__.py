"""People recorded as victims: their register, never ranked, and one person with who hurts whom and their support."""
