"""Schedule: turns a rule and a time zone into due moments, across clock changes and downtime.

Arithmetic only; it waits for nothing and reads no clock.
"""
