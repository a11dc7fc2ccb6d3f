"""The server: its processes, HTTP as it reads it, and what every request passes."""
