"""The routes of the gateway, one file a group. Each says what permission it needs; without one it is open to all."""
