#!/usr/bin/env python3
"""scripts/rehearsal as a person meets it: to its end, with wrong words, and left in every way there is.

    rehearsal_test.py

However it ends, no process of it runs on and nothing lies in the scratch folder's parent. Exit: 0, 1, or 77 cannot run here.
"""

import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import rehearsal
from rehearsal import Played

SECONDS_TO_GO = 20
broken = []


def check(what, is_good, detail=""):
    print(f"{'ok    ' if is_good else 'BROKEN'} {what}{'' if is_good else '   ' + str(detail)[-1200:]}", flush=True)
    if not is_good:
        broken.append(what)


class Around:
    """A folder of its own for one rehearsal: what is left of it is seen here."""

    def __init__(self, *arguments):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rt-"))
        self.folder.chmod(0o755)
        self.played = Played(["--folder", str(self.folder), *arguments], is_shown=False)

    def processes(self):
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                words = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
                status = (entry / "status").read_text() if words else ""
                parent = re.search(r"^PPid:\t(\d+)", status, re.M) if words else None
            except OSError:
                continue
            of_folder = str(self.folder).encode() in words
            # The exchange does not name the folder: it is the rehearsal's child, or an orphan of it.
            if of_folder or (parent and int(parent[1]) == self.played.process.pid):
                found.append((entry.name, words[:120]))
        return found

    def nothing_runs(self, seconds=SECONDS_TO_GO):
        deadline = time.monotonic() + seconds
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.1)
        return not self.processes()

    def left(self):
        return [str(path) for path in self.folder.iterdir()]

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def exchanges():
    """The pids of all sandbox exchanges on this machine that run from this build."""
    found = set()
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.readlink(entry / "exe") == str(rehearsal.BIN / "sandbox_exchange"):
                found.add(int(entry.name))
        except OSError:
            continue
    return found


def walked(name, *arguments):
    around = Around(*arguments)
    came = around.played.until(seconds=200)
    code = around.played.end()
    text = around.played.text
    check(f"{name}: walked to its end", came and code == 0 and "Walked to its end" in text, text)
    check(f"{name}: signed once, sent once", text.count("SIGNED  R-") == 1 and "has one order of ours" in text, text)
    check(f"{name}: the halt held, the signature resumed, the edit was found", "OPERATOR_HALTED" in text and "the desk is open" in text and "TAMPERED" in text, text)
    check(f"{name}: no passphrase was shown", rehearsal.PASSPHRASE not in text)
    check(f"{name}: nothing runs on, nothing is left", around.nothing_runs() and not around.left(), (around.processes(), around.left()))
    around.remove()


def left_by(name, at, how, code=130):
    """Plays until `at` is on the screen, then leaves by `how`."""
    before = exchanges()
    around = Around()
    came = around.played.until(at, seconds=120)
    time.sleep(0.3)
    started = exchanges() - before
    how(around.played)
    got = around.played.end(SECONDS_TO_GO)
    check(f"left by {name}: exit {code}", came and got == code, (got, around.played.text))
    if how is ctrl_c:
        check(f"left by {name}: the terminal shows again what is typed", around.played.has_echo())
    check(f"left by {name}: nothing runs on", around.nothing_runs() and not (exchanges() & started), (around.processes(), started))
    if how is not kill:
        check(f"left by {name}: nothing is left", not around.left(), around.left())
    around.remove()
    return around.played.text


def ctrl_c(played):
    played.type("\x03")


def hang_up(played):
    os.close(played.master)
    played.master = os.open("/dev/null", os.O_RDONLY)


def kill(played):
    played.process.kill()


def terminate(played):
    played.process.send_signal(signal.SIGTERM)


def types(words):
    return lambda played: played.type(words + "\n")


def wrong_words():
    """Other lines at the prompt, y at the card, r at the card: nothing is sent by any, and the path goes on."""
    around = Around()
    played = around.played
    played.until(r"approval_cli approve R-000001\s+rehearsal> $")
    for line, answer in (("ls /", "are run here"), ("approval_cli 'no end", "has no end"), ("?", "Enter runs the line above"),
                         ("approval_cli status", "REHEARSAL|rehearsal"), ("approval_cli pending", "R-000001")):
        played.answered = len(played.text)
        types(line)(played)
        check(f"typed instead: {line}", seen(played, answer), played.text)
    for word, answer in (("y", "Nothing was signed, nothing was sent"), ("r", "That proposal has ended")):
        end_of(played, r"rehearsal> $")
        types("")(played)
        end_of(played, r"to sign[^\n]*: $")
        types(word)(played)
        check(f"typed at the card: {word}", seen(played, answer), played.text[-800:])
    came = played.until(seconds=150)
    code = played.end()
    check("after wrong words: walked to its end", came and code == 0 and "R-000002 was approved" in played.text, played.text)
    check("after wrong words: one order at the exchange", "has one order of ours" in played.text)
    check("after wrong words: nothing is left", around.nothing_runs() and not around.left(), around.left())
    around.remove()


def seen(played, pattern, seconds=20):
    start = played.answered
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        played.read(0.1)
        if re.search(pattern, played.text[start:]):
            return True
    return False


def end_of(played, pattern, seconds=30):
    """Until the screen ends so and is still."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not played.read(0.3) and re.search(pattern, rehearsal.COLOUR.sub("", played.text[played.answered:]).replace("\r", "")):
            played.answered = len(played.text)
            return
    raise AssertionError(f"the screen never ended with {pattern}: {played.text[-600:]}")


def kept():
    around = Around("--keep")
    played = around.played
    played.until(r"approval_cli enroll\s+rehearsal> $")
    types("q")(played)
    code = played.end()
    ledgers = list(around.folder.glob("trading-rehearsal-*/var/lib/trading-mcp/home/storage/rehearsal.db"))
    check("--keep: the folder stays, with its ledger", code == 130 and len(ledgers) == 1 and around.nothing_runs(), (code, around.left()))
    if ledgers:
        whole = sqlite3.connect(f"file:{ledgers[0]}?mode=ro", uri=True).execute("PRAGMA integrity_check").fetchone()[0]
        check("--keep: and the ledger can be read", whole == "ok", whole)
    around.remove()


def refusals():
    run = lambda *words: subprocess.run([sys.executable, rehearsal.__file__, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    without = run()
    check("no terminal: refused, and says how", without.returncode == 2 and "--by-itself" in without.stderr, without.stderr)
    check("an unknown word: usage", run("--nonsense").returncode == 2)
    long = pathlib.Path(tempfile.mkdtemp(prefix="rt-")) / ("x" * 90)
    long.mkdir()
    result = run("--by-itself", "--folder", str(long))
    check("a folder too deep for a socket: refused with what to do", result.returncode == 1 and "--folder" in result.stdout, result.stdout)
    check("and nothing was made in it", not list(long.iterdir()))
    shutil.rmtree(long.parent)


def main():
    for name in ("sandbox_exchange", "execution_broker", "approval_cli", "mcp_gateway"):
        if not (rehearsal.BIN / name).exists():
            print(f"SKIPPED: {rehearsal.BIN / name} is not built")
            return 77
    refusals()
    walked("one user")
    if os.geteuid() == 0:
        walked("three users", "--users")
    else:
        print("SKIPPED: three users: needs root", flush=True)
    wrong_words()
    left_by("Ctrl-C while the exchange starts", r"2/\d+  an exchange", ctrl_c)
    left_by("Ctrl-C at the passphrase", r"passphrase for the new key", ctrl_c)
    left_by("Ctrl-C at the card", r"to sign", ctrl_c)
    left_by("SIGTERM", r"approval_cli approve R-000001\s+rehearsal> ", terminate)
    left_by("a terminal that hangs up", r"to sign", hang_up)
    left_by("kill -9", r"approval_cli enroll", kill, -9)
    kept()
    print(f"{len(broken)} broken" + (": " + "; ".join(broken) if broken else ""))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
