"""The R1 API as a service: token, infer and status as the integration guide defines them, in front of any engine.

Start at `gateway.engine` (what an engine is) and `gateway.app` (the routes); `gateway.embedded` serves them inside
this process on a private Unix socket.
"""
