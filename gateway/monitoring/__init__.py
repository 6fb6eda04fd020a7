"""What goes on in a gateway, for whoever watches it: metrics for Prometheus, rolling windows, alerts, a live panel.

`monitoring.Monitoring` is the room's door: a sink of calls that feeds all of them.
"""
