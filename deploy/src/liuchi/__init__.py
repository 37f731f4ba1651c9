"""Running Liuchi: the command line, the embedded servers, the demo city."""
