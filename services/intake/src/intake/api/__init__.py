"""What comes in from people, as JSON: a module a part of a case; records are beside them."""
