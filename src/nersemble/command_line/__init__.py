"""A command line: its options, its help, and what it says where a word is wrong."""
