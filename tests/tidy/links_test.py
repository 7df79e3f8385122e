#!/usr/bin/env python3
"""What the programs are linked from, read off the binaries: privilege is a fact of the link line.

    links_test.py [--bin build/bin] [--tests build/tests]

mcp_gateway and approval_cli hold nothing of the broker, of SQLite and of curl; the broker holds nothing that only tests
use; each is position independent, with its relocations read-only, no search path of its own, and a stack protector.
Rules are proved on a binary that must break them: the broker breaks the gateway's, the storage tests the broker's.
"""

import argparse
import pathlib
import re
import subprocess
import sys

import tree

# Any code of the broker; broker::v1 is the wire.
BROKER_CODE = r"(?<![\w:])broker::(?!v1\b)"
CODE_ELSEWHERE = {
    "broker code": BROKER_CODE,
    "SmartAPI client": r"\b[Ss]mart_?[Aa]pi\b.*::|\bsmartapi::",
    "SQLite": r"\bsqlite3_\w+",
    "curl": r"\bcurl_(easy|multi|global|url|slist)\w*",
}
TEST_CODE = {
    "storage/testing": r"\bbroker::testing::|RecordingVfs|recording_vfs",
    "crash hook": r"crash_hook|CrashHook|crash_at|die_at",
    "planted fault": r"\bplanted_fault::|\b__wrap_",
    "test signer": r"TestSigner|test_signer|FakeSigner",
    "fakes of tests": r"\bFake(Clock|Market|Desk)\b|\bbroker::test::",
    "test framework": r"\btesting::(internal::|Test\b)|benchmark::",
}
GATEWAY_CODE = {"gateway code": r"(?<![\w:])(jsonrpc|mcp|tools|broker_client|research)::"}

# program: (libraries it must not need, symbols it must not hold)
PROGRAMS = {
    "mcp_gateway": (r"libsqlite3|libcurl|libsodium|libxml2",
                    {**CODE_ELSEWHERE, **TEST_CODE, "audit format": r"(?<![\w:])audit_format::"}),
    "approval_cli": (r"libsqlite3|libcurl|libxml2", {**CODE_ELSEWHERE, **TEST_CODE, **GATEWAY_CODE}),
    "execution_broker": (r"libgtest|libgmock|libbenchmark", {**TEST_CODE, **GATEWAY_CODE}),
}
SHOWN = 3  # symbols named for each broken rule


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def symbols_of(binary):
    """Demangled names, defined and undefined, dynamic ones too."""
    names = []
    for options in ([], ["-D"]):
        for line in output_of("nm", "-C", *options, str(binary)).splitlines():
            match = re.match(r"[0-9a-f]*\s+[A-Za-z?]\s(.*)", line)
            if match:
                names.append(match[1])
    return names


def needed_by(binary):
    return re.findall(r"\(NEEDED\).*\[(.+?)\]", output_of("readelf", "-dW", str(binary)))


def link_faults(name, symbols, needed, libraries, rules):
    faults = [f"{name}: needs {library}, which it must not" for library in needed if re.search(libraries, library)]
    for rule, pattern in rules.items():
        found = sorted({symbol for symbol in symbols if re.search(pattern, symbol)})
        if found:
            shown = "; ".join(symbol[:120] for symbol in found[:SHOWN])
            faults.append(f"{name}: rule '{rule}': holds {len(found)} such symbols, e.g. {shown}")
    return faults


def hardening_faults(name, header, dynamic, program_headers, symbols):
    faults = []
    if "DYN (Position-Independent Executable file)" not in header:
        faults.append(f"{name}: not position independent: link it with -pie")
    if "GNU_RELRO" not in program_headers or not re.search(r"BIND_NOW|Flags:.*\bNOW\b", dynamic):
        faults.append(f"{name}: relocations stay writable: link it with -Wl,-z,relro,-z,now")
    if re.search(r"GNU_STACK\s+(\S+\s+){5}RWE", program_headers):
        faults.append(f"{name}: its stack is executable: link it with -Wl,-z,noexecstack")
    if re.search(r"\((RPATH|RUNPATH)\)", dynamic):
        faults.append(f"{name}: carries a library search path of its own: build it without RPATH")
    if not any(symbol.startswith("__stack_chk_fail") for symbol in symbols):
        faults.append(f"{name}: no stack protector: compile it with -fstack-protector-strong")
    return faults


def check_program(binary):
    libraries, rules = PROGRAMS[binary.name]
    symbols = symbols_of(binary)
    if len(symbols) < 1000:
        return [f"{binary.name}: has {len(symbols)} symbols: a stripped binary proves nothing"]
    return link_faults(binary.name, symbols, needed_by(binary), libraries, rules) + hardening_faults(
        binary.name, output_of("readelf", "-hW", str(binary)), output_of("readelf", "-dW", str(binary)),
        output_of("readelf", "-lW", str(binary)), symbols)


def self_test(bin_folder, tests_folder):
    """Each rule on something that breaks it."""
    faults = []
    broker = bin_folder / "execution_broker"
    said = " ".join(link_faults("broker", symbols_of(broker), needed_by(broker), *PROGRAMS["mcp_gateway"]))
    for wanted in ("libsqlite3", "'broker code'", "'SQLite'", "'audit format'"):
        if wanted not in said:
            faults.append(f"self-test: the gateway's rules do not see {wanted} in the broker")
    gateway = bin_folder / "mcp_gateway"
    if "gateway code" not in " ".join(link_faults("gateway", symbols_of(gateway), [], r"^$", GATEWAY_CODE)):
        faults.append("self-test: the rule 'gateway code' does not see the gateway")
    storage_test = tests_folder / "storage_test"
    if storage_test.exists():
        said = " ".join(link_faults("tests", symbols_of(storage_test), needed_by(storage_test),
                                    *PROGRAMS["execution_broker"]))
        for wanted in ("'storage/testing'", "'test framework'"):
            if wanted not in said:
                faults.append(f"self-test: the broker's rules do not see {wanted} in storage_test")
    else:
        print(f"links_test: {storage_test} is not built: its self-test is left out", file=sys.stderr)
    # The product's own objects and one planted fault: all that the rule may see in it.
    planted = tests_folder / "execution_broker_answers_early"
    if planted.exists():
        said = link_faults("planted", symbols_of(planted), needed_by(planted), *PROGRAMS["execution_broker"])
        if len(said) != 1 or "'planted fault'" not in said[0]:
            faults.append(f"self-test: the rule 'planted fault' alone should see {planted.name}, not {said}")
    else:
        print(f"links_test: {planted} is not built: its self-test is left out", file=sys.stderr)
    soft = hardening_faults("soft", "Type: EXEC", "(RUNPATH) [/x]", "GNU_STACK 0x0 0x0 0x0 0x0 0x0 RWE 0x10", [])
    if len(soft) != 5:
        faults.append(f"self-test: five planted weaknesses, {len(soft)} found")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=tree.ROOT / "build" / "bin")
    parser.add_argument("--tests", type=pathlib.Path, default=tree.ROOT / "build" / "tests")
    arguments = parser.parse_args()
    programs = [arguments.bin / name for name in PROGRAMS]
    for program in programs:
        if not program.exists():
            tree.skip("links_test", f"{program} is not built")
    if any(symbol.startswith(("__asan_", "__tsan_")) for symbol in symbols_of(programs[0])):
        tree.skip("links_test", "the programs are built with a sanitizer, which links what production does not")
    faults = self_test(arguments.bin, arguments.tests)
    for program in programs:
        faults += check_program(program)
    tree.finish("links_test", faults, f"{len(programs)} programs")


if __name__ == "__main__":
    main()
