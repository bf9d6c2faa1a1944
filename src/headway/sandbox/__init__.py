"""Untrusted code against tests: what crosses the wall is plain data, and the comparison is made on this side.

Nothing is imported here, because this package is also loaded inside the jail.
"""
