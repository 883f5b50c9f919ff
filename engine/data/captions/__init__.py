"""What is said of clips: by measurement, and by a vision-language model where there is one."""
