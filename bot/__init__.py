"""The core: knows no platform, no database, no socket."""
