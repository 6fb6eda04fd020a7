"""Between a socket and the application: connections with limits, certificates, and the answer when all else fails.

`gateway.server` puts them together. The HTTP itself is uvicorn's; what it has no limits for is guarded here.
"""
