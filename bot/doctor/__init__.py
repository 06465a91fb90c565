"""What an operator should know before people do: each check is a sentence, and where it fails the next step.

The pure ones are here; those that ask a platform live beside its adapter, and the terminal brings them together.
"""
