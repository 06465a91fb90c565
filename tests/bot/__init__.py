"""The core, without a database or a socket."""
