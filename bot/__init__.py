"""The process: wiring, clock, network, command line, channels and pages."""
