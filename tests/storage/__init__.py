"""The tests of `shared/storage`."""
