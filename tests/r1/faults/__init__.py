"""A server that does everything wrong, on real sockets, and what the client makes of it."""
