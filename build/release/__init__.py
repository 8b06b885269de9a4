"""The release: the package that is published to Azure, its bill of materials and its checksums.

`make package` runs it, through `.ci/package`, which installs the libraries. Built twice from the same files, every
byte is the same.
"""
