"""Events on their way from a service's log to JetStream."""
