#!/usr/bin/env python3
"""Words and names in the project's files.

    names_test.py

No unfinished work by its usual marks, no path or host of the machine it was written on, file and folder names in one
style, and tests/ with the folders of the project.
"""

import pathlib
import re

import tree

# Spelled in halves, so that this file does not break its own rule.
FORBIDDEN = {
    "unfinished work": r"\bTO" + r"DO\b|\bFIX" + r"ME\b|\bXX" + r"X\b|(?i:\bnot (yet )?imple" + r"mented\b)",
    "a path of one machine": r"(?:^|[\s\"'`(=:,])/(?:wo" + r"rk|ro" + r"ot)/",
    "a package registry's host": r"(?i:\bregi" + r"stry\.[a-z0-9-]+\.[a-z]{2,}|\barti" + r"factory\b|\bpypi\.[a-z]"
                                 r"|\bnpm" + r"js\.|/reposi" + r"tory/|_auth" + r"Token)",
    "a resolved address in a lock file": r"\"reso" + r"lved\"\s*:",
}
BINARY_ENDINGS = (".png", ".jpg", ".gif", ".ico", ".pdf", ".gz", ".db")

# tests/ mirrors the project, except for:
OF_THE_WHOLE = {"conformance", "end_to_end", "tidy", "fuzz", "bench"}  # look at the project from outside
FOR_TESTS = {"support", "data", "snapshots", "sandbox_exchange"}      # what tests are made with
TOP_LEVEL = {"trading", "proto", "mcp_gateway", "execution_broker", "approval_cli", "tests", "docs", "cmake", "scripts",
             ".ci"}
STYLE = re.compile(r"\.?[a-z0-9_]+(\.[a-z0-9_]+)*$")
OTHER_STYLE = {"CMakeLists.txt", "CMakePresets.json", "README.md", "ARCHITECTURE.md", "CONVENTIONS.md", "CHANGELOG.md",
               "Dockerfile", "LICENSE", "docker-compose.yml", ".clang-format", ".clang-tidy", "package-lock.json"}


def word_faults(name, text):
    faults = []
    for number, line in enumerate(text.splitlines(), 1):
        for rule, pattern in FORBIDDEN.items():
            found = re.search(pattern, line)
            if found:
                faults.append(f"{name}:{number}: {rule}: {found[0].strip()!r}")
    return faults


def style_faults(name):
    parts = pathlib.PurePath(name).parts
    if len(parts) > 1 and parts[0] not in TOP_LEVEL:
        return [f"{name}:1: the top level has {', '.join(sorted(TOP_LEVEL))} and no other folder"]
    if name.endswith((".cpp", ".h", ".py", ".proto")) and not all(STYLE.fullmatch(part) for part in parts):
        return [f"{name}:1: file and folder names are snake_case"]
    if parts[-1] not in OTHER_STYLE and re.search(r"\s", name):
        return [f"{name}:1: a name with blanks"]
    return []


def mirror_faults(name, folders):
    """tests/<path>/x_test.cpp stands for <path>; a folder of tests without its subject is a leftover."""
    parts = pathlib.PurePath(name).parts
    if parts[0] != "tests" or len(parts) < 3 or parts[1] in OF_THE_WHOLE | FOR_TESTS:
        return []
    subject = [part for part in parts[1:-1]]
    while subject and subject[-1] in FOR_TESTS:
        subject.pop()
    if subject and "/".join(subject) not in folders:
        return [f"{name}:1: tests/ mirrors the project, and there is no folder {'/'.join(subject)}"]
    return []


def folders_of(names):
    return {str(parent) for name in names for parent in pathlib.PurePath(name).parents if str(parent) != "."}


def self_test():
    faults = []
    planted = [word_faults("a.cpp", "  // TO" + "DO: later"), word_faults("a.cpp", "throw \"not imple" + "mented\""),
               word_faults("a.py", "open('/wo" + "rk/x')"), word_faults("a", "https://regi" + "stry.example.org/x"),
               word_faults("a", '  "reso' + 'lved": "https://x"'),
               style_faults("helpers/a.cpp"), style_faults("trading/base/Money.cpp"),
               mirror_faults("tests/trading/gone/a_test.cpp", {"trading", "trading/base"})]
    for number, found in enumerate(planted, 1):
        if not found:
            faults.append(f"self-test: planted fault {number} is not found")
    clean = [word_faults("a.cpp", 'mkdtemp("x.' + 6 * 'X' + '"); // works on what is implemented'),
             word_faults("a.cpp", '"proto/framework/x.h"'), style_faults("trading/base/money.cpp"),
             mirror_faults("tests/trading/base/a_test.cpp", {"trading", "trading/base"}),
             mirror_faults("tests/trading/support/a.h", {"trading"})]
    for number, found in enumerate(clean, 1):
        if found:
            faults.append(f"self-test: clean case {number} is refused: {found}")
    return faults


def main():
    names = tree.files()
    folders = folders_of(names)
    faults = self_test()
    for name in names:
        faults += style_faults(name) + mirror_faults(name, folders)
        text = None if name.endswith(BINARY_ENDINGS) else tree.text_of(name)
        if text is not None:
            faults += word_faults(name, text)
    tree.finish("names_test", faults, f"{len(names)} files")


if __name__ == "__main__":
    main()
