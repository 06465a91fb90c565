"""Mail: what is sent, to a real mail server on loopback, and what its answers mean."""
