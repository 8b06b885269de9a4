"""`telltale uninstall`: what the deployments made is found (`finding`), and planned away by dependency (`planning`)."""
