"""Actions: turns alerts and accounts into work for people: CTAs, tasks, plays, success plans.

State machines and decisions only; it stores nothing, sends nothing and reads no clock.
"""
