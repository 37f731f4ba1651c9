"""Open311 GeoReport v2 over the same cases, in XML and JSON.

The standard: https://wiki.open311.org/GeoReport_v2/

Which kinds are reported and shown this way is said in their files: those that a resident files
and that list the source `open311`.
"""
