"""What goes in and out over HTTP, one file a noun. The application's types are generated from these."""
