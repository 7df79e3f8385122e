#!/usr/bin/env python3
"""Every #include against the table of what may include what. What is not written is forbidden.

    arrows_test.py [--self-test | --print-table]

The table is ARCHITECTURE.md's, in terms of folders instead of targets; the link lines of CMake follow it. A file belongs
to the row with the longest path that holds it. A row that ends in "/." holds only the files that stand straight in that
folder, so a new folder in a program needs a row of its own before it compiles past this test.
"""

import argparse
import collections
import os
import re
import sys

import tree

WIRE = ["proto/broker/v1"]
CROSSING = ["proto/broker/v1", "proto/convert", "proto/channel"]
TOOL_SHAPE = ["mcp_gateway/tool.h", "mcp_gateway/tool_context.h"]
ANYTHING = ["*"]

# room: the rooms (or folders and files in them) that it may include besides itself.
ARROWS = {
    # What the build links of its own: nothing of the project.
    "cmake": [],

    # The trade's nouns: nothing of the project.
    "trading": [],

    # The wire. channel/ is the Unix socket both ends share.
    "proto/broker/v1": [],
    "proto/channel": ["trading/base"],
    "proto/convert": [*WIRE, "trading"],

    # The gateway: the protocol knows no tool and no broker; research knows nothing but the trade.
    "mcp_gateway/jsonrpc": [],
    "mcp_gateway/mcp": ["mcp_gateway/jsonrpc", *TOOL_SHAPE],
    "mcp_gateway/tool.h": ["mcp_gateway/mcp/param.h", "mcp_gateway/tool_context.h"],
    "mcp_gateway/tool_context.h": ["mcp_gateway/mcp/client_identity.h", "mcp_gateway/mcp/progress.h"],
    "mcp_gateway/research": ["trading"],
    "mcp_gateway/broker_client": [*CROSSING, "trading"],
    "mcp_gateway/jobs": ["trading"],
    "mcp_gateway/tools": ["mcp_gateway/mcp", *TOOL_SHAPE, "mcp_gateway/broker_client", "mcp_gateway/jobs",
                          "mcp_gateway/research", "proto/broker/v1", "proto/convert", "trading"],
    "mcp_gateway/resources": ["mcp_gateway/mcp", "mcp_gateway/tools", "mcp_gateway/broker_client", "proto/broker/v1",
                              "proto/convert", "trading"],
    "mcp_gateway/prompts": ["mcp_gateway/mcp", "mcp_gateway/resources", "proto/convert"],
    "mcp_gateway/lockdown": ["trading"],
    "mcp_gateway/launcher": ["trading"],
    "mcp_gateway/.": ["mcp_gateway/jsonrpc", "mcp_gateway/mcp", *TOOL_SHAPE, "mcp_gateway/tools",
                      "mcp_gateway/resources", "mcp_gateway/prompts", "mcp_gateway/broker_client",
                      "mcp_gateway/lockdown", "mcp_gateway/launcher", "mcp_gateway/jobs", "proto/broker/v1", "trading"],

    # The broker, from the bottom up.
    "execution_broker/risk": ["trading"],
    "execution_broker/clock": ["trading"],
    "execution_broker/storage": ["trading"],
    "execution_broker/storage/testing": ["execution_broker/storage", "trading"],
    "execution_broker/config": ["execution_broker/risk", "trading"],
    "execution_broker/audit/format": ["trading"],
    "execution_broker/audit": ["execution_broker/audit/format", "execution_broker/storage", "trading"],
    # The schema of a book is one list of migrations, and the audit tables are part of it.
    "execution_broker/ledger": ["execution_broker/storage", "execution_broker/audit/audit_schema.h",
                                "execution_broker/audit/format", "trading"],
    "execution_broker/market": ["trading"],
    "execution_broker/market/simulated": ["execution_broker/market", "trading"],
    "execution_broker/market/csv": ["execution_broker/market", "trading"],
    "execution_broker/market/smartapi": ["execution_broker/market", "execution_broker/exchange/smartapi",
                                         "execution_broker/clock", "execution_broker/config/secret.h",
                                         "execution_broker/storage", "trading"],
    # The numbered events of every exchange stand in the book's database.
    "execution_broker/exchange/.": ["execution_broker/storage", "trading"],
    "execution_broker/exchange/paper": ["execution_broker/exchange/.", "execution_broker/market",
                                        "execution_broker/clock", "execution_broker/storage", "trading"],
    # The client of SmartAPI: of the settings it knows what a secret is, nothing more.
    "execution_broker/exchange/smartapi": ["execution_broker/exchange/.", "execution_broker/clock",
                                           "execution_broker/config/secret.h", "trading"],
    # The desk's port over that client, with what it knows of our orders in the book's database.
    "execution_broker/exchange/smartapi/adapter": ["execution_broker/exchange/.", "execution_broker/exchange/smartapi",
                                                   "execution_broker/clock", "execution_broker/market",
                                                   "execution_broker/storage", "trading"],
    # What a human signs, shared with his program; and him as the broker knows him.
    "execution_broker/approval/format": ["execution_broker/audit/format", "trading"],
    "execution_broker/approval": ["execution_broker/approval/format", "execution_broker/audit/format",
                                  "execution_broker/storage", "trading"],
    # A book holds the paper exchange itself: its working orders are rows of the book's own database.
    "execution_broker/desk": ["execution_broker/risk", "execution_broker/exchange/.",
                              "execution_broker/exchange/paper/paper_exchange.h", "execution_broker/market",
                              "execution_broker/clock", "execution_broker/storage", "execution_broker/ledger",
                              "execution_broker/audit", "execution_broker/audit/format",
                              "execution_broker/approval", "execution_broker/approval/format", "trading"],
    "execution_broker/isolation": ["trading"],
    "execution_broker/confinement": ["trading"],
    # Looks at a home from outside; its dry order is a client of the operator door.
    "execution_broker/doctor": [*CROSSING, "execution_broker/config", "execution_broker/isolation",
                                "execution_broker/confinement", "execution_broker/storage", "trading"],
    "execution_broker/feeds": ["trading"],
    "execution_broker/notify": ["trading"],
    "execution_broker/service": [*CROSSING, "execution_broker/exchange/account.h", "execution_broker/approval/format",
                                 "execution_broker/desk", "execution_broker/ledger", "execution_broker/risk",
                                 "execution_broker/market", "execution_broker/clock", "execution_broker/storage",
                                 "trading"],
    "execution_broker/.": ["execution_broker/config", "execution_broker/risk", "execution_broker/clock",
                           "execution_broker/storage", "execution_broker/audit", "execution_broker/audit/format",
                           "execution_broker/ledger", "execution_broker/market", "execution_broker/market/simulated",
                           "execution_broker/market/csv", "execution_broker/market/smartapi",
                           "execution_broker/exchange/.", "execution_broker/exchange/paper",
                           "execution_broker/exchange/smartapi", "execution_broker/exchange/smartapi/adapter",
                           "execution_broker/approval", "execution_broker/desk", "execution_broker/feeds",
                           "execution_broker/isolation", "execution_broker/confinement", "execution_broker/doctor",
                         "execution_broker/notify", "execution_broker/service", "trading"],

    # The operator's program: of the broker only the record and its verifier.
    "approval_cli/rendering": [*WIRE, "execution_broker/audit/format", "trading"],
    "approval_cli/commands": [*CROSSING, "approval_cli/.", "approval_cli/rendering", "execution_broker/audit/format",
                              "execution_broker/approval/format", "trading"],
    "approval_cli/.": [*CROSSING, "approval_cli/commands", "approval_cli/rendering", "execution_broker/audit/format",
                       "execution_broker/approval/format", "trading"],

    # Tests see everything; the oracle and the outside clients see as little as their subjects do.
    "tests": ANYTHING,
    "tests/conformance": ["mcp_gateway/mcp", *TOOL_SHAPE],
    "tests/sandbox_exchange": ["trading/base", "trading/time", "trading/instruments"],
}

# Headers from outside the project: where they may stand. "PURE" headers are forbidden in the rooms named instead.
FOREIGN = {
    "sqlite3.h": ["execution_broker/storage", "execution_broker/storage/testing"],
    "grpc/": ["proto/channel", "proto/convert", "mcp_gateway/broker_client", "execution_broker/service",
              "approval_cli/."],
    "grpcpp/": ["proto/channel", "proto/convert", "mcp_gateway/broker_client", "execution_broker/service",
                "execution_broker/doctor", "approval_cli/."],
    "google/protobuf/": ["proto/channel", "proto/convert", "execution_broker/service"],
    "nlohmann/": ["mcp_gateway/jsonrpc", "mcp_gateway/mcp", "mcp_gateway/tool.h", "mcp_gateway/tools",
                  "mcp_gateway/resources", "mcp_gateway/prompts", "mcp_gateway/.",
                  "execution_broker/exchange/smartapi", "execution_broker/market/smartapi", "tests/sandbox_exchange"],
    "spdlog/": ["mcp_gateway/.", "execution_broker/.", "execution_broker/service"],
    "sodium": ["execution_broker/audit/format", "execution_broker/approval", "execution_broker/approval/format", "execution_broker/config", "execution_broker/desk", "approval_cli/."],
    "curl/": ["execution_broker/exchange/smartapi", "execution_broker/feeds", "execution_broker/notify"],
    "boost/": ["execution_broker/exchange/smartapi", "tests/sandbox_exchange"],
    "liboath/": ["execution_broker/exchange/smartapi", "execution_broker/approval"],
    "libxml/": ["execution_broker/feeds"],
    "openssl/": ["execution_broker/audit/format", "mcp_gateway/tools", "execution_broker/exchange/smartapi", "tests/sandbox_exchange"],
    "CLI/": ["approval_cli/."],
    "seccomp.h": ["mcp_gateway/lockdown", "execution_broker/confinement", "execution_broker/feeds"],
    "sys/acl.h": ["execution_broker/."],
}
PURE_ROOMS = ["trading", "execution_broker/risk", "mcp_gateway/research", "approval_cli/rendering"]
IMPURE = {"atomic", "chrono", "condition_variable", "ctime", "filesystem", "fstream", "future", "iostream", "mutex",
          "random", "shared_mutex", "thread", "time.h", "fcntl.h", "poll.h", "unistd.h", "signal.h", "csignal"}
IMPURE_FOLDERS = ("sys/", "linux/", "netinet/", "arpa/")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def room_of(path, rooms=ARROWS):
    """The row a file belongs to, or None."""
    best = None
    for room in rooms:
        if room.endswith("/."):
            holds = os.path.dirname(path) == room[:-2]
            length = len(room) - 2
        else:
            holds = path == room or path.startswith(room + "/")
            length = len(room)
        if holds and (best is None or length > best[0]):
            best = (length, room)
    return best[1] if best else None


def is_allowed(source_room, target, target_room):
    allowed = ARROWS[source_room]
    if allowed == ANYTHING or target_room == source_room:
        return True
    for entry in allowed:
        if entry == target_room:
            return True
        # A part of a room: a folder or a file in it.
        if entry not in ARROWS and (target == entry or target.startswith(entry + "/")) \
                and room_of(entry) == target_room:
            return True
    return False


def rule_of(room):
    names = ", ".join(ARROWS[room]) or "nothing"
    return f"{room} may include {'anything' if ARROWS[room] == ANYTHING else names}"


def check_own(name, line, target, quoted, project):
    """Faults of one include that names a file of the project."""
    source_room, target_room = room_of(name), room_of(target)
    where = f"{name}:{line}: includes {target}"
    if target_room is None:
        return [f"{where}: no row of the table holds that file; add one to tests/tidy/arrows_test.py"]
    if not quoted:
        return [f"{where}: files of the project stand in quotes"]
    if target_room.startswith("tests") and not source_room.startswith("tests"):
        return [f"{where}: only tests include tests"]
    if not is_allowed(source_room, target, target_room):
        return [f"{where}: rule: {rule_of(source_room)}"]
    return []


def check_foreign(name, line, header):
    room = room_of(name)
    where = f"{name}:{line}: includes <{header}>"
    if room in PURE_ROOMS and (header in IMPURE or header.startswith(IMPURE_FOLDERS)):
        return [f"{where}: rule: {room} is pure: no I/O, no clock, no threads"]
    if room.startswith("tests") and room != "tests/sandbox_exchange":
        return []
    for prefix, rooms in FOREIGN.items():
        if header.startswith(prefix) and room not in rooms:
            return [f"{where}: rule: {prefix} may stand in {', '.join(rooms)}"]
    return []


def check_file(name, text, project):
    """Every fault of one file. `project`: the set of the project's files."""
    if room_of(name) is None:
        return [f"{name}:1: no row of the table holds this file; add its folder to tests/tidy/arrows_test.py"]
    faults = []
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        quoted, header = match[1] == '"', match[2]
        beside = os.path.normpath(os.path.join(os.path.dirname(name), header))
        generated = re.fullmatch(r"(broker/v1/\w+?)(\.grpc)?\.pb\.h", header)
        if generated:
            faults += check_own(name, line, f"proto/{generated[1]}.proto", True, project)
        elif header in project:
            faults += check_own(name, line, header, quoted, project)
        elif quoted and beside in project and name.startswith("tests/"):
            faults += check_own(name, line, beside, quoted, project)
        elif quoted:
            faults.append(f'{name}:{line}: includes "{header}": no file of the project has that path from the root')
        else:
            faults += check_foreign(name, line, header)
    return faults


def check_project():
    names = [name for name in tree.files() if name.endswith((".h", ".cpp", ".c", ".cc", ".hpp", ".proto"))]
    project = set(names)
    faults, includes = [], 0
    for name in names:
        if name.endswith(".proto"):
            continue
        text = tree.text_of(name) or ""
        includes += len(INCLUDE.findall(text))
        faults += check_file(name, text, project)
    return faults, f"{includes} includes of {len(names)} files"


# (file, its text, what the fault must say; None: no fault)
PLANTED = [
    ("trading/base/money.cpp", '#include "execution_broker/ledger/ledger.h"\n', "trading may include nothing"),
    ("trading/base/money.cpp", "\n\n#include <thread>\n", "trading/base/money.cpp:3: includes <thread>: rule: trading is pure"),
    ("trading/base/money.cpp", '#include "trading/time/timestamp.h"\n', None),
    ("mcp_gateway/jsonrpc/message.cpp", '#include "trading/base/money.h"\n', "mcp_gateway/jsonrpc may include nothing"),
    ("mcp_gateway/mcp/check.cpp", '#include "mcp_gateway/tools/reply.h"\n', "mcp_gateway/mcp may include"),
    ("mcp_gateway/mcp/check.cpp", '#include "mcp_gateway/tool.h"\n', None),
    ("mcp_gateway/research/any.cpp", '#include "broker/v1/market.pb.h"\n', "mcp_gateway/research may include trading"),
    ("mcp_gateway/tools/market/any.cpp", '# include "execution_broker/risk/checklist.h"\n', "mcp_gateway/tools may include"),
    ("mcp_gateway/tools/market/any.cpp", "#include <sqlite3.h>\n", "sqlite3.h may stand in"),
    ("mcp_gateway/newroom/any.cpp", "", "no row of the table holds this file"),
    ("execution_broker/risk/checks/any.cpp", '#include "execution_broker/ledger/ledger.h"\n', "execution_broker/risk may include trading"),
    ("execution_broker/desk/any.cpp", '#include "execution_broker/storage/testing/recording_vfs.h"\n', "execution_broker/desk may include"),
    ("execution_broker/desk/any.cpp", '#include "execution_broker/exchange/paper/paper_exchange.cpp"\n', "execution_broker/desk may include"),
    ("execution_broker/desk/any.cpp", '#include "tests/support/fake_clock.h"\n', "only tests include tests"),
    ("execution_broker/desk/any.cpp", "#include <execution_broker/ledger/ledger.h>\n", "stand in quotes"),
    ("execution_broker/desk/any.cpp", '#include "book.h"\n', "no file of the project has that path from the root"),
    ("approval_cli/commands/any.cpp", '#include "execution_broker/audit/audit_log.h"\n', "approval_cli/commands may include"),
    ("approval_cli/commands/any.cpp", '#include "execution_broker/audit/format/record.h"\n', None),
    ("tests/mcp_gateway/any_test.cpp", '#include "execution_broker/ledger/ledger.h"\n', None),
    ("tests/sandbox_exchange/any.cpp", '#include "trading/fills/fill_model.h"\n', "tests/sandbox_exchange may include trading/base"),
    ("tests/sandbox_exchange/any.cpp", '#include "trading/time/timestamp.h"\n', None),
]


def self_test():
    project = {name for name in tree.files() if name.endswith((".h", ".cpp"))}
    project |= {match for _, text, _ in PLANTED for _, match in INCLUDE.findall(text) if "/" in match}
    project.add("execution_broker/desk/book.h")
    faults = []
    for name, text, wanted in PLANTED:
        found = check_file(name, text, project)
        said = " | ".join(found)
        if wanted is None and found:
            faults.append(f"self-test: {name} with {text.strip()!r} must pass, said: {said}")
        if wanted is not None and wanted not in said:
            faults.append(f"self-test: {name} with {text.strip()!r} must say {wanted!r}, said: {said or 'nothing'}")
    for room, allowed in ARROWS.items():
        for entry in allowed:
            if entry != "*" and room_of(entry if "." in os.path.basename(entry) else entry + "/x.h") is None:
                faults.append(f"table: {room} allows {entry}, which no row holds")
    return faults, f"{len(PLANTED)} planted files"


def print_table():
    used = collections.defaultdict(set)
    for name in tree.files():
        if name.endswith((".h", ".cpp")) and room_of(name):
            for _, header in INCLUDE.findall(tree.text_of(name) or ""):
                target = "proto/" + header if header.startswith("broker/v1/") else header
                if room_of(target) and room_of(target) != room_of(name):
                    used[room_of(name)].add(room_of(target))
    for room in ARROWS:
        print(f"{room}\n    may:  {', '.join(ARROWS[room]) or '-'}\n    does: {', '.join(sorted(used[room])) or '-'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--self-test", action="store_true", help="only prove that planted faults are found")
    parser.add_argument("--print-table", action="store_true", help="what each room may include, and what it does")
    arguments = parser.parse_args()
    if arguments.print_table:
        return print_table()
    faults, checked = self_test()
    if not arguments.self_test and not faults:
        more, tested = check_project()
        faults, checked = faults + more, f"{tested}, {checked}"
    tree.finish("arrows_test", faults, checked)


if __name__ == "__main__":
    sys.exit(main())
