"""What perfect foresight is worth: a plan's sizes run as one would run them, against a dispatch that knew the year."""
