#!/usr/bin/env python3
"""approval_cli desk at a pseudo-terminal, seen through a small terminal of its own: what really stands on the screen, at which
size, and how the terminal is left on every way out.

    desk_screen.py

Exit: 0 all as it should be, 1 not, 77 cannot run here.
"""

import json
import os
import re
import signal
import subprocess
import sys
import termios
import time

import mcp_client
from mcp_client import House, McpClient
from pseudo_terminal import PseudoTerminal

SEQUENCE = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])")
broken = []


def check(what, is_good, detail=""):
    print(f"{'ok    ' if is_good else 'BROKEN'} {what}{'' if is_good else '   ' + str(detail)[-1500:]}", flush=True)
    if not is_good:
        broken.append(what)


class Screen(PseudoTerminal):
    """A pseudo-terminal with a program in it, and the screen as a person sees it."""

    def __init__(self, words, columns=80, rows=24, env=None):
        self.unread = ""
        self.lines = {}
        self.row, self.column = 1, 1
        self.is_alternate = False
        self.has_cursor = True
        self.foreign = []  # bytes that are neither text nor a sequence that the screen should send
        super().__init__(words, columns, rows, env={**os.environ, "TERM": "xterm", **(env or {})})

    def on_text(self, part):
        self.unread += part
        self.interpret()

    def interpret(self):
        while self.unread:
            if self.unread[0] == "\x1b":
                found = SEQUENCE.match(self.unread)
                if not found:
                    if len(self.unread) > 24:
                        self.foreign.append(self.unread[:8])
                        self.unread = self.unread[1:]
                        continue
                    return  # the rest is on its way
                self.unread = self.unread[found.end():]
                self.obey(found[1] == "?", found[2], found[3])
                continue
            c, self.unread = self.unread[0], self.unread[1:]
            if c == "\n":
                self.row += 1
            elif c == "\r":
                self.column = 1
            elif c >= " ":
                line = self.lines.setdefault(self.row, [" "] * 400)
                line[self.column - 1] = c
                self.column += 1
            elif self.is_alternate:
                self.foreign.append(c)

    def obey(self, is_private, words, what):
        if is_private and what in "hl":
            if words == "1049":
                self.is_alternate, self.lines = what == "h", {}
            elif words == "25":
                self.has_cursor = what == "h"
        elif what == "H":
            parts = [int(word or 1) for word in words.split(";")] if words else [1, 1]
            self.row, self.column = parts[0], parts[1] if len(parts) > 1 else 1
        elif what == "K":
            self.lines.pop(self.row, None) if words == "2" else None
        elif what == "J":
            self.lines = {}
        elif what != "m" and self.is_alternate:
            self.foreign.append((words, what))

    def screen(self):
        return ["".join(self.lines.get(row, [])).rstrip() for row in range(1, self.rows + 1)]

    def shown(self):
        return "\n".join(self.screen())

    def until(self, pattern, seconds=15):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.read(0.1)
            if re.search(pattern, self.shown()):
                return True
        return False

    def is_given_back(self):
        return termios.tcgetattr(self.slave) == self.at_first and not self.is_alternate and self.has_cursor


class Desk:
    def __init__(self):
        self.house = House({"SIM_SPEED": "step", "SIM_SEED": "1", "MAX_ENTRIES_PER_MINUTE": 20}).start()
        self.house.advance("45m")
        self.state = str(self.house.home.parent / (self.house.home.name + ".state"))

    def terminal(self, columns=80, rows=24):
        return Screen([str(mcp_client.BIN / "approval_cli"), "--home", str(self.house.home), "desk"], columns, rows, {"XDG_STATE_HOME": self.state})

    def status(self):
        return json.loads(self.house.cli("status", "--json").stdout)

    def buy(self, symbol, quantity):
        with McpClient(self.house.home, "--toolsets", "all") as agent:
            price = agent.call("fetch_live_price", symbol=symbol)["ask"]
            at = lambda factor: round(round(price * factor / 0.05) * 0.05, 2)
            return agent.call("place_paper_order", symbol=symbol, side="BUY", quantity=quantity, product_type="INTRADAY", stop_loss=at(0.99), target=at(1.03))


def looks(desk):
    placed = desk.buy("SBIN", 50)
    terminal = desk.terminal()
    came = terminal.until(r"live\n") and terminal.until("SBIN")
    screen = terminal.screen()
    check("80 by 24: state first, keys last, the position with its stop", came and screen[0].startswith("OPEN  paper") and screen[0].endswith("live")
          and screen[23].startswith("h halt") and re.search(r"SBIN +INTRA +\+50", terminal.shown()) and "stops 1" in terminal.shown(), (placed["status"], terminal.shown()))
    desk.buy("ITC", 10)
    check("what happens comes up by itself", terminal.until(r"ITC +INTRA"), terminal.shown())
    terminal.size(40, 20)
    came = terminal.until(r"(?m)^ITC INTRA \+10", 5)
    screen = terminal.screen()
    check("another size is drawn at once: a phone", came and screen[19].startswith("h halt") and all(len(line) <= 40 for line in screen)
          and screen[0].endswith("live"), terminal.shown())
    terminal.size(132, 50)
    check("and a large one", terminal.until(r"SYMBOL +KIND", 5) and terminal.screen()[49].startswith("h halt"), terminal.shown())
    terminal.size(80, 24)
    terminal.type("?")
    check("? explains the keys", terminal.until("HALT at once", 5), terminal.shown())
    terminal.type("x")
    check("and another key closes it", terminal.until("SYMBOL", 5), terminal.shown())
    terminal.type("h")
    check("h asks", terminal.until("HALT\\? h or Enter", 5), terminal.shown())
    terminal.type("\x1b[A")
    time.sleep(0.3)
    terminal.type("n")
    check("an arrow is no answer, another key is no", terminal.until("h halt", 5) and desk.status()["operator_state"] == "open", terminal.shown())
    terminal.type("\x1b[200~hhfFLAT\r\x1b[201~")
    time.sleep(0.5)
    check("what is pasted presses nothing", desk.status()["operator_state"] == "open")
    check("only its own sequences were sent", not terminal.foreign, terminal.foreign)
    terminal.type("q")
    check("q leaves, and gives the terminal back", terminal.end() == 0 and terminal.is_given_back(), terminal.text[-200:])
    terminal.close()


def acts(desk):
    terminal = desk.terminal()
    terminal.until("live\n")
    terminal.type("f")
    check("f asks for a word", terminal.until("Type FLAT", 5))
    terminal.type("FLA\r")
    time.sleep(0.5)
    check("half the word does nothing", desk.status()["open_positions"] == 2)
    terminal.type("fFLAT\r")
    flat = terminal.until("of the agent: none", 10)
    check("f FLAT flattens", flat and desk.status()["open_positions"] == 0 and "FLATTEN: 2" in terminal.shown(), terminal.shown())
    began = time.monotonic()
    terminal.type("hh")
    halted = terminal.until(r"(?m)^HALTED", 5)
    check("h h halts", halted and desk.status()["operator_state"] == "halted" and "HALTED. 0 working" in terminal.shown(), terminal.shown())
    print(f"    on the screen after {1000 * (time.monotonic() - began):.0f} ms")
    audit = desk.house.cli("audit", "tail", "-n", "40", "--json").stdout
    check("and it is in the log, with whose screen it was", "from the desk's screen" in audit, audit[-500:])
    desk.house.cli("resume", "--yes")
    check("resuming shows", terminal.until(r"(?m)^OPEN", 5), terminal.shown())
    terminal.type("\x03")
    check("Ctrl-C leaves, and gives the terminal back", terminal.end() == 0 and terminal.is_given_back(), terminal.text[-200:])
    terminal.close()


def broker_goes(desk):
    terminal = desk.terminal()
    terminal.until("live\n")
    desk.house.broker.send_signal(signal.SIGSTOP)
    old = terminal.until(r"^NOT LIVE, \d+ s old", 8)
    check("a broker that hangs: the first line says how old all is", old and "live\n" not in terminal.shown() and re.search("(?m)^~ ", terminal.shown()), terminal.shown())
    terminal.type("hh")
    by_file = terminal.until("HALTED by run/HALT", 5)
    check("a halt works without it, by the file", by_file and (desk.house.home / "run/HALT").exists(), terminal.shown())
    desk.house.broker.send_signal(signal.SIGCONT)
    check("it comes back: live, and halted", terminal.until(r"^HALTED .*live\n", 15), terminal.shown())
    desk.house.cli("resume", "--yes")
    desk.house.stop(signal.SIGKILL)
    gone = terminal.until(r"^NOT LIVE, .*BROKER_", 8)
    check("a broker that is killed: said in the first line", gone, terminal.shown())
    first = re.match(r"NOT LIVE, (\d+) s", terminal.screen()[0])
    time.sleep(2.2)
    terminal.read(0.5)
    second = re.match(r"NOT LIVE, (\d+) s", terminal.screen()[0])
    check("and its age goes on", first and second and int(second[1]) >= int(first[1]) + 2, (first, second, terminal.shown()))
    desk.house.start()
    check("another start of it is live again, and said", terminal.until(r"live\n", 15) and "started anew" in terminal.shown(), terminal.shown())
    terminal.type("q")
    check("left in good order", terminal.end() == 0 and terminal.is_given_back())
    terminal.close()


def leaves(desk):
    for number, code in ((signal.SIGTERM, 0), (signal.SIGHUP, 0), (signal.SIGQUIT, 0), (signal.SIGSEGV, -signal.SIGSEGV), (signal.SIGABRT, -signal.SIGABRT)):
        terminal = desk.terminal()
        came = terminal.until("live\n")
        taken = not terminal.has_echo() and terminal.is_alternate
        terminal.process.send_signal(number)
        got = terminal.end()
        check(f"{signal.Signals(number).name}: the terminal is given back", came and taken and got == code and terminal.is_given_back(), (got, taken, terminal.text[-200:]))
        terminal.close()
    # A shell with job control, as a person has one.
    shell = Screen(["bash", "--norc", "--noprofile", "-i"], env={"XDG_STATE_HOME": desk.state, "PS1": "prompt> ", "HISTFILE": ""})
    shell.until("prompt> ")
    shell.type(f"{mcp_client.BIN}/approval_cli --home {desk.house.home} desk\n")
    came = shell.until(r"live\n", 15)
    shell.type("\x1a")
    deadline = time.monotonic() + 8
    while "Stopped" not in shell.text and time.monotonic() < deadline:
        shell.read(0.1)
    while shell.read(0.3):
        pass
    check("Ctrl-Z suspends, and gives the terminal back", came and "Stopped" in shell.text and not shell.is_alternate and shell.has_cursor, shell.text[-300:])
    shell.type("echo shown-$((40+2))\n")
    shell.until("shown-42", 5)
    check("the shell is as it was", "shown-42" in shell.text and "echo shown-" in shell.text, shell.text[-300:])
    shell.type("fg\n")
    back = shell.until(r"(?s)^OPEN.*live\n.*h halt", 8)
    check("fg brings it back, drawn anew", back and shell.is_alternate, shell.shown())
    shell.type("q")
    deadline = time.monotonic() + 8
    while shell.is_alternate and time.monotonic() < deadline:
        shell.read(0.1)
    check("and q leaves it", not shell.is_alternate and shell.has_cursor)
    shell.type("exit\n")
    shell.end()
    shell.close()
    # Nobody reads the screen: keys are heard all the same.
    terminal = desk.terminal(200, 60)
    terminal.until("live\n")
    termios.tcflow(terminal.slave, termios.TCOOFF)
    time.sleep(2.5)
    os.write(terminal.master, b"hh")
    halted = False
    deadline = time.monotonic() + 5
    while not halted and time.monotonic() < deadline:
        halted = desk.status()["operator_state"] == "halted"
    termios.tcflow(terminal.slave, termios.TCOON)
    check("a terminal that takes no output still halts", halted)
    desk.house.cli("resume", "--yes")
    terminal.type("q")
    check("and is given back", terminal.end() == 0 and terminal.is_given_back())
    terminal.close()


def without_terminal(desk):
    once = desk.house.cli("desk", "--once", "--columns", "40")
    check("--once prints it without a terminal", once.stdout.startswith("OPEN  paper") and max(map(len, once.stdout.split("\n"))) <= 40 and "\x1b" not in once.stdout, once.stdout)
    told = json.loads(desk.house.cli("desk", "--json").stdout)
    check("--json tells the same", told["operator_state"] == "open" and [row["key"] for row in told["limits_used"]][1] == "MAX_OPEN_POSITIONS"
          and told["waiting"] is not None, told)
    live = desk.house.cli("desk", check=False)
    check("the live screen asks for a terminal", live.returncode == 2 and "--once" in live.stderr, live.stderr)
    desk.house.stop()
    gone = desk.house.cli("desk", "--once", check=False)
    check("no broker: exit 3", gone.returncode == 3, gone.stderr)


def main():
    for name in ("execution_broker", "approval_cli", "mcp_gateway"):
        if not (mcp_client.BIN / name).exists():
            print(f"SKIPPED: {name} is not built")
            return 77
    desk = Desk()
    try:
        for step in (looks, acts, broker_goes, leaves, without_terminal):
            try:
                step(desk)
            except Exception as error:  # the next steps still say something
                check(step.__name__, False, f"{type(error).__name__}: {error}")
    finally:
        desk.house.close()
    print(f"{len(broken)} broken" + (": " + "; ".join(broken) if broken else ""))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
