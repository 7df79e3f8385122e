#!/usr/bin/env python3
"""approval_cli doctor: well when all is well, and for each thing that is amiss a line of its own that says what to do.

    human_doctor.py

Exit: 0 all as it should be, 1 not, 77 cannot run here.
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import sys

import mcp_client
from mcp_client import House

broken = []


def check(what, is_good, detail=""):
    print(f"{'ok    ' if is_good else 'BROKEN'} {what}{'' if is_good else '   ' + str(detail)[-1200:]}", flush=True)
    if not is_good:
        broken.append(what)


class Human:
    def __init__(self, house):
        self.house = house
        self.state = pathlib.Path(str(house.home.parent / (house.home.name + ".state")))

    def doctor(self, **env):
        result = self.house.cli("doctor", "--json", check=False, env={**os.environ, "XDG_STATE_HOME": str(self.state), **env})
        told = json.loads(result.stdout)
        return result.returncode, {line["check"]: (line["health"], line["found"], line["fix"]) for line in told["checks"]}

    def is_bad(self, what, name, health="bad", **env):
        """That check alone is not well, and it says what to do."""
        code, told = self.doctor(**env)
        others = {check for check, line in told.items() if line[0] != "ok" and check != name}
        check(what, code == 1 and told[name][0] == health and told[name][2] and not others, (code, told))


def main():
    for name in ("execution_broker", "approval_cli"):
        if not (mcp_client.BIN / name).exists():
            print(f"SKIPPED: {name} is not built")
            return 77
    house = House({"SIM_SPEED": "step"}).start()
    human = Human(house)
    try:
        # Programs in a build folder may lie below a folder that others can write: a copy of root's, or one's own, does not.
        code, told = human.doctor()
        check("all is well", code == 0 and {line[0] for line in told.values()} == {"ok"}, told)
        check("every check of the list is there", list(told) == ["program", "home", "socket", "your door", "agent door", "halt file", "broker", "version",
                                                                 "clock", "terminal", "users", "key", "witness"], list(told))
        human.is_bad("foreign code in this process", "program", LD_LIBRARY_PATH="/nonexistent")
        folder = human.state / "trading-mcp-approver"
        folder.mkdir(parents=True, mode=0o700)
        key = folder / "key.json"
        key.write_text("{}\n")
        key.chmod(0o644)
        human.is_bad("a key that others may read", "key")
        key.chmod(0o600)
        human.is_bad("a key that is none", "key")
        shutil.rmtree(folder)
        for name, check_name in (("agent", "agent door"), ("operator", "your door")):
            os.chmod(house.home / "run" / name, 0o2755)
            human.is_bad(f"run/{name} open to everybody", check_name)
            os.chmod(house.home / "run" / name, 0o2750)
        os.chmod(house.home, 0o777)
        human.is_bad("a home that everybody may write", "home")
        os.chmod(house.home, 0o711)
        house.cli("audit", "verify")
        code, told = human.doctor()
        check("with a witness all is well", code == 0 and "goes on from record" in told["witness"][1], told)
        witness = next((human.state / "trading-mcp-witness").glob("paper-*.json"))
        true = witness.read_text()
        seen = json.loads(true)
        for what, forged in (("a log that is shorter than it was", {**seen, "size": seen["size"] + 1_000_000}), ("a log that is another", {**seen, "head": "00" * 32})):
            witness.write_text(json.dumps(forged, separators=(",", ":"), sort_keys=True) + "\n")
            human.is_bad(what, "witness")
        witness.write_text(true)
        code, told = human.doctor()
        check("control: with the true witness all is well", code == 0, told)
        house.cli("halt", "for the doctor")
        (house.home / "run/HALT").write_text("by hand\n")
        human.is_bad("run/HALT stands", "halt file")
        (house.home / "run/HALT").unlink()
        if os.geteuid() == 0:
            # A socket that is not of the home's owner is told before a byte is sent into it.
            house.stop()
            path = house.home / "run/operator/broker.sock"
            path.unlink(missing_ok=True)
            fake = socket.socket(socket.AF_UNIX)
            fake.bind(str(path))
            os.chown(path, 61001, 61001)
            os.chmod(path, 0o660)
            code, told = human.doctor()
            check("somebody else's socket", code == 1 and told["socket"][0] == "bad" and "61001" in told["socket"][1] and told["broker"][0] == "bad", told)
            fake.close()
            path.unlink()
        else:
            house.stop(signal.SIGTERM)
            print("SKIPPED: somebody else's socket: needs root", flush=True)
        code, told = human.doctor()
        check("no broker: said, and what it would have told is unknown", code == 1 and told["broker"][0] == "bad" and told["clock"][0] == "unknown"
              and told["witness"][0] == "unknown", told)
        page = house.cli("doctor", check=False).stdout
        check("a page for people, 80 columns", "-> " in page and max(map(len, page.split("\n"))) <= 80, page)
    finally:
        house.close()
    print(f"{len(broken)} broken" + (": " + "; ".join(broken) if broken else ""))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
