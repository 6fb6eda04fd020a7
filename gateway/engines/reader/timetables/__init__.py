"""Timetables as they are printed: services, their calls, days and notes; rides, stops and fares."""
