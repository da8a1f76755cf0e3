"""The staff console: every section of it is a module with `add_routes`."""
