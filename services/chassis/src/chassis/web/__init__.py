"""The HTTP side of every service: who may enter, what is answered."""
