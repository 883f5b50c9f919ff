"""What exports are worth: formats against the master, ten minutes of timing, speed, memory."""
