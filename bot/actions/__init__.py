"""Buttons and forms: one file per family. `bot.router` lists them."""
