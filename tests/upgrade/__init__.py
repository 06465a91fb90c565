"""Two versions beside each other on one database while digests go out.

`make test` has this version and a next one, `make test-upgrade` the version before, out of git, and this one.
"""
