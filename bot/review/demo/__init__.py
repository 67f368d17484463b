"""Invented conversations, to try the console and to test it. Nobody wrote any of this."""
