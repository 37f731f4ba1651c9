"""What every service is bolted onto: each module here holds one invariant."""
