#!/usr/bin/env python3
"""The README's table of tools is the gateway's own, and so are the numbers of tools in its text.

    readme_test.py [--gateway build/bin/mcp_gateway] [--write]

Between the two marker lines of README.md stands exactly what `mcp_gateway --tool-table` prints. --write puts it there.
"""

import argparse
import difflib
import pathlib
import re
import subprocess

import tree

BEGIN = "<!-- tool-table -->"
END = "<!-- /tool-table -->"


def split(text):
    """(before and the marker, table, marker and after), or None."""
    if text.count(BEGIN + "\n") != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        return None
    start, end = text.index(BEGIN) + len(BEGIN) + 1, text.index(END)
    return text[:start], text[start:end], text[end:]


def table_faults(readme, table):
    return [f"README.md: {line}" for line in difflib.unified_diff(
        readme.strip().splitlines(), table.strip().splitlines(), "README.md", "mcp_gateway --tool-table", lineterm="")]


def count_faults(text, table):
    """`N tools` in the text is how many there are, or how many `core` has."""
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    core = sum(line.split("|")[3].strip() == "core" for line in rows)
    faults = []
    for found in re.finditer(r"(\d+)\s+tools\b", text):
        is_of_core = "`core`" in text[max(0, found.start() - 12):found.start()]
        wanted = core if is_of_core else len(rows)
        if int(found[1]) != wanted:
            faults.append(f"README.md says {found[0]!r}; there are {wanted}")
    return faults


def self_test():
    parts = split(f"a\n{BEGIN}\n| x |\n{END}\nb\n")
    if parts is None or parts[1] != "| x |\n" or split(f"{END}\n{BEGIN}\n") or split("none"):
        return ["self-test: the markers are not found as they should be"]
    if not table_faults("| x |\n", "| y |\n") or table_faults("\n| x |\n\n", "| x |\n"):
        return ["self-test: a differing table is not told from an equal one"]
    two = "| `a` | | core | x |\n| `b` | | | x |\n"
    if count_faults("2 tools, `core` (1 tools)", two) or len(count_faults("3 tools, `core` (2 tools)", two)) != 2:
        return ["self-test: a wrong number of tools is not told from the right one"]
    return []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gateway", type=pathlib.Path, default=tree.ROOT / "build" / "bin" / "mcp_gateway")
    parser.add_argument("--write", action="store_true", help="put the gateway's table into README.md")
    arguments = parser.parse_args()
    faults = self_test()
    if faults:
        tree.finish("readme_test", faults, "self-test")
    readme = tree.ROOT / "README.md"
    parts = split(readme.read_text()) if readme.exists() else None
    if parts is None:
        tree.skip("readme_test", f"README.md has no lines {BEGIN} and {END} around its table of tools")
    if not arguments.gateway.exists():
        tree.skip("readme_test", f"{arguments.gateway} is not built")
    table = subprocess.run([str(arguments.gateway), "--tool-table"], check=True, capture_output=True, text=True).stdout
    if arguments.write:
        readme.write_text(f"{parts[0]}{table.strip()}\n\n{parts[2]}")
        return
    rows = sum(line.startswith("| `") for line in table.splitlines())
    tree.finish("readme_test", table_faults(parts[1], table) + count_faults(parts[0] + parts[2], table), f"{rows} tools")


if __name__ == "__main__":
    main()
