"""What a bot whose orders add up can lose, before it starts: its ladder, a straight fall, and the worst that was."""
