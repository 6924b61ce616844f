"""Journeys: turns behaviour of tech-touch accounts into automated steps, and keeps the holdout.

Decides who is due for which step; it stores nothing, sends nothing and reads no clock.
"""
