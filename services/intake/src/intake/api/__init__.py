"""What comes in from people, as JSON: one module for what each route is about."""
