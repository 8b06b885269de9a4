"""Kubernetes audit logs, of AKS and of any other cluster."""
