"""The practice's console: its staff read what visitors asked, and act on it.

It reads the rest of the bot through the ports of `ports.py` only; wiring.py passes the objects.
"""
