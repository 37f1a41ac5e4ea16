"""How we hear and speak: connections, credentials, streams. Modules are imported one by one, each with its weight."""
