"""`python -m emberlake.cli`, for places where no command is installed."""

from emberlake.cli import app

app()
