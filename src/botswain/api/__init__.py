"""The HTTP door: routes and their schemas, one file a noun, and live events. What may be asked is in `control`."""
