"""The command line: options, help, and messages for wrong words."""
