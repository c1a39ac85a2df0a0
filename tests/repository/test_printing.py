"""Names from disk are printed without control characters: by one function, everywhere."""

import ast

from source_tree import PACKAGE, parse, python_files

# A script for a shell, whose words are those of our own options.
_OWN_WORDS = {"commands/completion.py"}


def test_commands_and_jobs_print_with_say() -> None:
    printing = [
        str(path.relative_to(PACKAGE))
        for path in python_files("src/nersemble")
        if path.relative_to(PACKAGE).parts[0] in ("commands", "jobs")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Name) and node.id == "print"
    ]
    assert set(printing) == _OWN_WORDS, "call nersemble.errors.say"
