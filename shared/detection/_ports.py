"""Ports that detectors look for, as numbers, by what answers there."""

REMOTE_CONTROL_PORTS = (22, 135, 139, 445, 3389, 5985, 5986)
"""SSH, RPC, NetBIOS, SMB, Remote Desktop and Windows Remote Management: whoever reaches them runs things there."""

DATABASE_PORTS = (1433, 3306, 5432)
"""SQL Server, MySQL and PostgreSQL."""
