"""What the bot says and decides to do next: pure steps, commands and sentences."""
