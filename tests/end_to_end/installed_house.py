#!/usr/bin/env python3
"""scripts/install for real: users, folders, programs and units in a root of its own, then the broker as its user, the
human and a hostile agent as theirs.

The root is this machine's own file system under an overlay that goes away with this script (a mount, pid and network
namespace of its own), so that users can be made and nothing lasts; the network is a loopback of its own. Every refusal has
a positive control: the same attempt by whoever may, or with that guard out of the way.

    installed_house.py          needs root; TRADING_MCP_BIN names the folder of the programs

Exit: 0 all held, 1 something did not, 77 cannot run here.
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("TRADING_MCP_BIN", CHECKOUT / "build" / "bin")).resolve()
PROGRAMS = ("execution_broker", "mcp_gateway", "approval_cli")
HOME = "/var/lib/trading-mcp/home"
CREDENTIALS = {"NEWS_API_KEY": "planted-news-5512", "BROKER_API_KEY": "planted-api-7391", "BROKER_PASSWORD": "planted-pin-4477"}
BROKER, AGENT, APPROVER = "trading-broker", "trading-agent", "trading-approver"


def skip(why):
    print(f"installed_house: SKIPPED: {why}", flush=True)
    sys.exit(77)


# --- outside: the namespaces and the root ---------------------------------------------------------------------------------

def outside():
    if os.geteuid() != 0:
        skip("needs root: users are made and become")
    for program in PROGRAMS:
        if not (BIN / program).exists():
            skip(f"{BIN / program} is not built")
    if not shutil.which("unshare") or not shutil.which("mount"):
        skip("there is no unshare or mount; apt-get install util-linux")
    work = pathlib.Path(tempfile.mkdtemp(prefix="installed-house-"))
    try:
        result = subprocess.run(["unshare", "--mount", "--pid", "--fork", "--kill-child", "--net", "--propagation", "private",
                                 sys.executable, "-u", __file__, "--inside", str(work)])
        return result.returncode
    finally:
        shutil.rmtree(work, ignore_errors=True)


def make_root(work):
    """This machine's root, writable without a trace. A container's mark is taken away: the root is a host here."""
    def run(*command):
        return subprocess.run(command, capture_output=True, text=True)
    layers = work / "layers"
    layers.mkdir()
    if run("mount", "-t", "tmpfs", "tmpfs", str(layers)).returncode:
        skip("tmpfs cannot be mounted here")
    for name in ("upper", "work", "root"):
        (layers / name).mkdir()
    root = layers / "root"
    made = run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir=/,upperdir={layers}/upper,workdir={layers}/work", str(root))
    if made.returncode:
        skip(f"no overlay of / can be mounted here: {made.stderr.strip()}")
    run("ip", "link", "set", "lo", "up")
    run("mount", "-t", "proc", "proc", str(root / "proc"))
    run("mount", "--rbind", "/dev", str(root / "dev"))
    run("mount", "--rbind", "/sys", str(root / "sys"))
    for name, mode in (("tmp", "1777"), ("run", "755")):
        run("mount", "-t", "tmpfs", "-o", f"mode={mode}", "tmpfs", str(root / name))
    for mark in (".dockerenv",):
        (root / mark).unlink(missing_ok=True)
    shutil.rmtree(root / "var/lib/trading-mcp", ignore_errors=True)
    shutil.rmtree(root / "etc/trading-mcp", ignore_errors=True)
    # The programs and scripts under a path of their own: the checkout may be closed to other users.
    stage = root / "opt/stage"
    (stage / "bin").mkdir(parents=True)
    for program in PROGRAMS:
        shutil.copy(BIN / program, stage / "bin" / program)
    shutil.copytree(CHECKOUT / "scripts", stage / "scripts")
    return root


# --- inside ---------------------------------------------------------------------------------------------------------------

failures = []
one_user = {}  # attempt -> would succeed if agent and broker were one user


def check(what, held, detail=""):
    print(f"{'ok ' if held else '!! '}{what}{': ' + str(detail)[:300] if detail != '' and not held else ''}", flush=True)
    if not held:
        failures.append(what)


def attack(what, held, control, detail=""):
    check(f"{what:66} control {'works' if control else 'FAILS':5} {'held' if held else 'BROKEN'}", held and control, detail)


def run(*command, user=None, env=None, timeout=60, cwd="/"):
    words = [str(word) for word in command]
    if user:
        words = ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--inh-caps=-all", *words]
    return subprocess.run(words, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL, cwd=cwd,
                          env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", **(env or {})})


def tried(user, code, *arguments):
    """A line of Python as that user: "" when it went through, else what stopped it."""
    program = "import os,sys,socket,ctypes,fcntl,signal\ntry:\n exec(sys.argv[1])\nexcept Exception as e:\n print(type(e).__name__)"
    result = run("/usr/bin/python3", "-I", "-c", program, code, *arguments, user=user)
    return result.stdout.strip() or result.stderr.strip()


def listing(*roots):
    rows = {}
    for top in roots:
        for path in [pathlib.Path(top), *sorted(pathlib.Path(top).rglob("*"))]:
            facts = path.lstat()
            rows[str(path)] = (oct(facts.st_mode), facts.st_uid, facts.st_gid, path.read_bytes() if path.is_file() and facts.st_size < 1 << 20 else None)
    return rows


class Broker:
    """What systemd does: the unit's user, its groups, credentials in a folder of the broker's, a socket to notify."""

    def __init__(self, env_lines=(), credentials=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="credentials-", dir="/run"))
        for key, value in (credentials or {}).items():
            file = self.folder / f"secrets_{key}"
            file.write_text(value + "\n")
            shutil.chown(file, BROKER, BROKER)
            file.chmod(0o400)
        shutil.chown(self.folder, BROKER, BROKER)
        self.folder.chmod(0o500)
        settings = pathlib.Path(HOME, ".env")
        settings.write_text("".join(f"{line}\n" for line in (f"AGENT_USERS={AGENT}", f"OPERATOR_USERS={APPROVER}", *env_lines)))
        notify_path = f"{self.folder}.notify"
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(notify_path)
        os.chmod(notify_path, 0o777)
        self.notify.settimeout(20)
        self.log_path = pathlib.Path(f"{self.folder}.log")
        self.log = open(self.log_path, "wb")
        self.process = subprocess.Popen(
            ["setpriv", "--reuid", BROKER, "--regid", BROKER, "--init-groups", "--inh-caps=-all", "/usr/local/bin/execution_broker", "--home", HOME],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, cwd="/",
            env={"CREDENTIALS_DIRECTORY": str(self.folder), "NOTIFY_SOCKET": notify_path, "WATCHDOG_USEC": "4000000",
                 "PATH": "/usr/bin:/bin", "https_proxy": "http://127.0.0.1:9"})

    def wait_ready(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                return False
            try:
                self.notify.settimeout(0.2)
                if b"READY=1" in self.notify.recv(4096):
                    return True
            except TimeoutError:
                pass
        return False

    def words(self, seconds):
        got, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                self.notify.settimeout(max(0.05, end - time.monotonic()))
                got.append(self.notify.recv(4096).decode())
            except TimeoutError:
                pass
        return got

    def output(self):
        return self.log_path.read_text(errors="replace")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)
        self.log.close()
        self.notify.close()
        return self.process.returncode


def attest():
    result = run("/usr/local/bin/execution_broker", "--home", HOME, "doctor", "--attest", "--json")
    return result.returncode, json.loads(result.stdout)


def status_of(user):
    result = run("/usr/local/bin/approval_cli", "--home", HOME, "--json", "status", user=user, env={"HOME": f"/home/{user}"})
    return result.returncode, (json.loads(result.stdout) if result.stdout.strip().startswith("{") else result.stdout + result.stderr)


def custody():
    result = run("/usr/local/bin/mcp_gateway", "--home", HOME, "--toolsets", "all", "--call", "fetch_paper_portfolio", "{}", user=AGENT, env={"HOME": f"/home/{AGENT}"})
    try:
        return json.loads(result.stdout).get("custody")
    except json.JSONDecodeError:
        return result.stdout + result.stderr


def installing():
    dry = run("/opt/stage/scripts/install", "--from", "/opt/stage/bin", "--dry-run")
    check("a dry run changes nothing", dry.returncode == 0 and not pathlib.Path(HOME).exists() and not pathlib.Path("/usr/local/bin/execution_broker").exists(), dry.stderr)
    first = run("/opt/stage/scripts/install", "--from", "/opt/stage/bin")
    check("install", first.returncode == 0, first.stdout[-300:] + first.stderr)
    roots = ("/var/lib/trading-mcp", "/etc/trading-mcp", "/usr/local/lib/trading-mcp")
    before, passwd = listing(*roots), pathlib.Path("/etc/passwd").read_text() + pathlib.Path("/etc/group").read_text()
    second = run("/opt/stage/scripts/install", "--from", "/opt/stage/bin")
    check("a second install changes nothing", second.returncode == 0 and listing(*roots) == before and
          pathlib.Path("/etc/passwd").read_text() + pathlib.Path("/etc/group").read_text() == passwd, second.stderr)
    for bad in (["--agent", "root"], ["--agent", "x", "--approver", "x"], ["--home", "relative"], ["--home", "/a b"], ["--home", "/home/sita/desk"], ["--nonsense"]):
        check(f"refused: install {' '.join(bad)}", run("/opt/stage/scripts/install", "--from", "/opt/stage/bin", *bad).returncode in (1, 2))
    # Nobody but root may write where programs and homes go; and the system's own folders are left as they are.
    os.makedirs("/srv/open")
    os.chmod("/srv/open", 0o777)
    wide = run("/opt/stage/scripts/install", "--from", "/opt/stage/bin", "--home", "/srv/open/home", "--no-start")
    check("refused: a home below a folder that everybody may write", wide.returncode == 1 and "may be written by others" in wide.stderr and
          os.stat("/srv/open").st_mode & 0o777 == 0o777 and not os.path.exists("/srv/open/home"), wide.stderr)
    other = run("/opt/stage/scripts/install", "--from", "/opt/stage/bin", "--home", "/srv/other/home", "--no-start")
    check("refused: a second home beside the one that the units serve", other.returncode == 1 and f"serves {HOME}" in other.stderr and not os.path.exists("/srv/other"), other.stderr)
    check("a refused install leaves the alarm as it was", f"{HOME}/run/EXPOSED" in pathlib.Path("/usr/local/lib/trading-mcp/alarm").read_text())
    units = sorted(str(path) for path in pathlib.Path("/etc/systemd/system").glob("trading-mcp-*"))
    if shutil.which("systemd-analyze"):
        verified = run("systemd-analyze", "verify", "--man=no", *[unit for unit in units if "@" not in unit])
        check("systemd-analyze verify has nothing to say", verified.returncode == 0 and "trading-mcp" not in verified.stderr, verified.stderr)
        scored = run("systemd-analyze", "security", "--offline=true", "--threshold=20", "/etc/systemd/system/trading-mcp-broker.service")
        print("    " + scored.stdout.strip().splitlines()[-1], flush=True)
        check("exposure of the broker's unit below 2.0", scored.returncode == 0, scored.stderr)
    else:
        print("    SKIPPED: no systemd-analyze here; the units are not verified", flush=True)


def isolation():
    code, told = attest()
    check("root attests: isolated", code == 0 and told["ok"], [line for line in told["checks"] if line["health"] == "bad"])
    finding = next(pathlib.Path("/var/lib/trading-mcp/attest").glob("*.json"))
    broker = Broker(["SIM_SPEED=step"], {"NEWS_API_KEY": CREDENTIALS["NEWS_API_KEY"]})
    check("the broker starts as its user and says READY=1", broker.wait_ready(), broker.output())
    print("    " + next((line for line in broker.output().splitlines() if "event=confined" in line), "no line about confinement"), flush=True)
    check("replies say custody: isolated", custody() == "isolated", custody())
    code, status = status_of(APPROVER)
    check("the approver's status answers", code == 0, status)
    doctor = run("/usr/local/bin/execution_broker", "--home", HOME, "doctor", "--live", "--json")
    told = {line["check"]: line["health"] for line in json.loads(doctor.stdout)["checks"]}
    check("doctor: all but the machine's clock is ok", all(health == "ok" for name, health in told.items() if name != "clock"), told)
    as_approver = run("/usr/local/bin/execution_broker", "--home", HOME, "doctor", "--dry-order", "SBIN", user=APPROVER)
    check("the approver asks for a dry order", "SBIN INTRADAY LIMIT" in as_approver.stdout and "nothing was sent" in as_approver.stdout, as_approver.stdout + as_approver.stderr)
    check("and the operator's HALT file can be made by the approver alone", tried(APPROVER, "open(sys.argv[2],'x').close(); os.unlink(sys.argv[2])", f"{HOME}/run/HALT") == ""
          and tried(AGENT, "open(sys.argv[2],'x')", f"{HOME}/run/HALT") == "PermissionError")
    loses_isolation(broker, finding)
    words = broker.words(3)
    check("WATCHDOG=1 comes while the desk ticks", words.count("WATCHDOG=1") >= 2, words)
    process(broker)
    agent(broker, finding)
    broker.words(0.2)  # what has gathered: a socket that nobody reads takes ten
    broker.process.terminate()
    code, words = broker.process.wait(20), broker.words(0.5)
    check("an orderly stop: STOPPING=1, exit 0", code == 0 and "STOPPING=1" in words, (code, words))
    broker.stop()
    custody_refusals(finding)


def loses_isolation(broker, finding):
    """Root's finding goes away under a broker that runs: entries stop until it is back."""
    def denied():
        arguments = {"symbol": "SBIN", "side": "BUY", "quantity": 1, "product_type": "INTRADAY", "order_type": "MARKET", "stop_loss": 1, "target": 100000}
        return "ATTEST_NOT_FRESH" in run("/usr/local/bin/mcp_gateway", "--home", HOME, "--toolsets", "all", "--call", "preview_order", json.dumps(arguments),
                                         user=AGENT, env={"HOME": f"/home/{AGENT}"}).stdout

    def soon(condition, seconds=25):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            broker.words(0.1)  # a socket that nobody reads takes ten
            if condition():
                return True
            time.sleep(0.5)
        return False

    control = not denied()
    kept = finding.read_bytes()
    finding.unlink()
    lost = soon(lambda: custody() == "same-uid")
    attack("root's finding goes away while the broker runs: entries are refused", lost and denied() and "event=isolation_lost" in broker.output(), control, custody())
    finding.write_bytes(kept)
    finding.chmod(0o644)
    check("root finds it isolated again: entries go on", soon(lambda: custody() == "isolated") and not denied() and "event=isolation_back" in broker.output(), custody())


def process(broker):
    pid = broker.process.pid
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    check("no new privileges, seccomp filters", "NoNewPrivs:\t1" in status and "Seccomp:\t2" in status)
    limits = next(line for line in pathlib.Path(f"/proc/{pid}/limits").read_text().splitlines() if line.startswith("Max core"))
    check("core limit 0", limits.split()[4:6] == ["0", "0"], limits)
    secret = CREDENTIALS["NEWS_API_KEY"]
    for name in ("environ", "cmdline"):
        check(f"no secret in /proc/PID/{name}", secret.encode() not in pathlib.Path(f"/proc/{pid}/{name}").read_bytes())
    found = [str(path) for path in pathlib.Path(HOME).rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
    check("no secret in the home", not found, found)
    check("no secret in the log", secret not in broker.output() and "planted" not in broker.output())
    held = pathlib.Path(f"{broker.folder}/secrets_NEWS_API_KEY").read_text()
    check("the control: the secret was handed over", secret in held and json.loads(run(
        "/usr/local/bin/execution_broker", "--home", HOME, "--print-settings", user=BROKER, env={"CREDENTIALS_DIRECTORY": str(broker.folder)}).stdout) is not None)

    # A process of the same user without the guard, for what the kernel would allow.
    victim = subprocess.Popen(["setpriv", "--reuid", BROKER, "--regid", BROKER, "--init-groups", "sleep", "600"])
    time.sleep(0.2)
    trace = "l=ctypes.CDLL(None, use_errno=True)\nif l.ptrace(16, int(sys.argv[2]), 0, 0) < 0: raise PermissionError()"
    for who in (AGENT, BROKER):
        attack(f"ptrace the broker as {who}", tried(who, trace, pid) == "PermissionError", tried(BROKER, trace, victim.pid) == "")
        for name in ("mem", "environ", "maps"):
            read = f"open('/proc/'+sys.argv[2]+'/{name}','rb').read(0 if '{name}'=='mem' else 1)"
            attack(f"read /proc/PID/{name} of the broker as {who}", tried(who, read, pid) == "PermissionError", tried(BROKER, read, victim.pid) == "")
    victim.kill()
    victim.wait()


def agent(broker, finding):
    lair = pathlib.Path(f"/home/{AGENT}")
    for what, path, code in (
            ("read .env", f"{HOME}/.env", "open(sys.argv[2]).read()"),
            ("write .env", f"{HOME}/.env", "open(sys.argv[2],'r+')"),
            ("read the ledger", f"{HOME}/storage/paper.db", "open(sys.argv[2],'rb').read(1)"),
            ("edit the audit log", f"{HOME}/storage/trade_logs.jsonl", "open(sys.argv[2],'r+')"),
            ("read the audit signing key", f"{HOME}/storage/audit_signing.key", "open(sys.argv[2],'rb').read()"),
            ("put a key into keys/", f"{HOME}/keys", "open(sys.argv[2]+'/x','x'); os.unlink(sys.argv[2]+'/x')"),
            ("replace the agent socket by a fake", f"{HOME}/run/agent", "os.rename(sys.argv[2]+'/broker.sock', sys.argv[2]+'/old'); os.rename(sys.argv[2]+'/old', sys.argv[2]+'/broker.sock')"),
            ("enter the operator's folder", f"{HOME}/run/operator/broker.sock", "socket.socket(socket.AF_UNIX).connect(sys.argv[2])"),
            ("take away the mark run/EXPOSED", f"{HOME}/run", "open(sys.argv[2]+'/EXPOSED','x').close(); os.unlink(sys.argv[2]+'/EXPOSED')"),
            ("swap the home's folder", "/var/lib/trading-mcp", "os.rename(sys.argv[2]+'/home', sys.argv[2]+'/x'); os.rename(sys.argv[2]+'/x', sys.argv[2]+'/home')"),
            ("forge root's finding", str(finding), "open(sys.argv[2],'r+')"),
            ("put another finding in its place", str(finding.parent), "open(sys.argv[2]+'/x.json','x'); os.unlink(sys.argv[2]+'/x.json')"),
            ("read the credentials", "/etc/trading-mcp/credentials", "os.listdir(sys.argv[2])"),
            ("read the broker's copies of them", str(broker.folder), "os.listdir(sys.argv[2])"),
            ("replace the broker's program", "/usr/local/bin/execution_broker", "os.rename(sys.argv[2], sys.argv[2]+'.x'); os.rename(sys.argv[2]+'.x', sys.argv[2])"),
            ("change the alarm hook", "/etc/trading-mcp/alarm", "open(sys.argv[2],'r+')"),
            ("kill the broker", str(broker.process.pid), "os.kill(int(sys.argv[2]), 0 if os.geteuid() == 0 else signal.SIGKILL)"),
            ("attest as oneself", str(finding.parent), "open(sys.argv[2]+'/y.json','x'); os.unlink(sys.argv[2]+'/y.json')")):
        attack(f"agent: {what}", "PermissionError" in tried(AGENT, code, path), tried(None, code, path) == "", tried(AGENT, code, path))
        # The same by the broker's own user: what an agent could do that shared it. (Signal 0 asks and does not kill.)
        one_user[what] = tried(BROKER, code.replace("signal.SIGKILL", "0"), path) == ""
    check("the broker lives on", broker.process.poll() is None)

    as_agent = run("/usr/local/bin/execution_broker", "--home", HOME, "doctor", "--attest", "--json", user=AGENT)
    told = json.loads(as_agent.stdout)
    attack("agent: run doctor --attest itself", as_agent.returncode == 1 and "only root's word" in as_agent.stdout, attest()[0] == 0, told)
    second = run("/usr/local/bin/execution_broker", "--home", HOME, user=AGENT)
    own = run("/usr/local/bin/execution_broker", "--home", str(lair / "own"), "--exit-when-idle", "1", user=AGENT, env={"HOME": str(lair)})
    attack("agent: a second broker on the home", second.returncode == 1, own.returncode == 0, second.stderr)
    again = run("/usr/local/bin/execution_broker", "--home", HOME, user=BROKER)
    attack("a second broker, even as the broker's user", again.returncode == 1 and ("STORAGE_LOCKED" in again.stderr or "ALREADY_RUNNING" in again.stderr), True, again.stderr)

    # A shim before the real program in PATH, and a library before the real ones: they run as the agent, and reach what it may.
    shim = lair / "bin"
    shim.mkdir(exist_ok=True)
    (shim / "approval_cli").write_text("#!/bin/sh\necho hijacked\n")
    (shim / "approval_cli").chmod(0o755)
    hijacked = run("approval_cli", user=AGENT, env={"PATH": f"{shim}:/usr/bin:/bin"})
    by_full_path = run("/usr/local/bin/approval_cli", "--home", HOME, "--json", "status", user=APPROVER, env={"PATH": f"{shim}:/usr/bin:/bin", "HOME": f"/home/{APPROVER}"})
    attack("agent: a PATH shim of approval_cli reaches the approver", "hijacked" not in by_full_path.stdout and by_full_path.returncode == 0, "hijacked" in hijacked.stdout)
    writable = [folder for folder in ("/usr/local/bin", "/usr/local/lib", "/etc/ld.so.conf.d", f"/home/{APPROVER}") if "PermissionError" not in tried(AGENT, "open(sys.argv[2]+'/zz','x'); os.unlink(sys.argv[2]+'/zz')", folder)]
    attack("agent: write where the approver's programs and start files are", not writable, tried(None, "open(sys.argv[2]+'/zz','x'); os.unlink(sys.argv[2]+'/zz')", "/usr/local/bin") == "", writable)
    if shutil.which("cc"):
        source = lair / "evil.c"
        source.write_text('#include <stdio.h>\n#include <unistd.h>\n__attribute__((constructor)) static void in(void){ FILE* f=fopen("/tmp/preloaded","w"); if(f){fprintf(f,"%d",getuid());fclose(f);} }\n')
        run("cc", "-shared", "-fPIC", "-o", str(lair / "evil.so"), str(source))
        mark = pathlib.Path("/tmp/preloaded")
        mark.unlink(missing_ok=True)
        with_it = run("/usr/local/bin/mcp_gateway", "--home", HOME, "--call", "fetch_paper_portfolio", "{}", user=AGENT, env={"LD_PRELOAD": str(lair / "evil.so"), "HOME": str(lair), "ASAN_OPTIONS": "verify_asan_link_order=0"})
        ran_as_agent = mark.exists()
        maps = pathlib.Path(f"/proc/{broker.process.pid}/maps").read_text()
        attack("agent: LD_PRELOAD into its own gateway reaches the broker", "evil.so" not in maps and with_it.returncode == 0, ran_as_agent, with_it.stderr)
    else:
        print("    SKIPPED: no C compiler here; LD_PRELOAD is not tried", flush=True)

    # A fake socket of the agent's, in a home of the agent's, to which the approver is lured.
    fake = lair / "fake"
    (fake / "run/operator").mkdir(parents=True)
    for path in (lair, fake, fake / "run", fake / "run/operator"):
        path.chmod(0o755)
    shutil.chown(fake, BROKER, BROKER)  # even a home that seems to be the broker's
    listener = subprocess.Popen(["setpriv", "--reuid", AGENT, "--regid", AGENT, "--init-groups", sys.executable, "-I", "-c",
                                 "import socket,os,sys\ns=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); os.chmod(sys.argv[1],0o777); s.listen(8)\nwhile True:\n c,_=s.accept(); print(len(c.recv(4096)), flush=True)",
                                 str(fake / "run/operator/broker.sock")], stdout=subprocess.PIPE, text=True)
    shutil.chown(fake / "run/operator", AGENT, AGENT)
    deadline = time.monotonic() + 5
    while not (fake / "run/operator/broker.sock").exists() and time.monotonic() < deadline:
        if listener.poll() is not None:
            listener = subprocess.Popen(listener.args, stdout=subprocess.PIPE, text=True)
        time.sleep(0.1)
    lured = run("/usr/local/bin/approval_cli", "--home", str(fake), "status", user=APPROVER, env={"HOME": f"/home/{APPROVER}"})
    attack("agent: a fake socket gets a byte of the approver's", lured.returncode == 3 and "BROKER_WRONG_UID" in lured.stdout + lured.stderr,
           status_of(APPROVER)[0] == 0, lured.stdout + lured.stderr)
    listener.kill()
    told, _ = listener.communicate()
    check("not one byte was sent to it", all(line.strip() == "0" for line in told.splitlines()), told)


def custody_refusals(finding):
    """A broker secret and an exchange off loopback: only isolated. (Nothing answers there: the network ends at loopback.)"""
    lines = ["MARKET_DATA=smartapi"]
    secrets = {**CREDENTIALS, "BROKER_CLIENT_CODE": "planted-client", "BROKER_TOTP_SECRET": "JBSWY3DPEHPK3PXP"}

    def outcome():
        broker = Broker(lines, secrets)
        try:
            broker.process.wait(30)
        except subprocess.TimeoutExpired:
            pass
        broker.stop()
        return broker.output()

    allowed = outcome()
    control = "HOME_NOT_ISOLATED" not in allowed and "event=confined" in allowed
    leaked = [value for value in secrets.values() if value in allowed]
    check("no secret in the log of a start that fails", not leaked, leaked)
    kept = finding.read_bytes()
    finding.unlink()
    attack("broker secrets off loopback without root's finding", "ATTEST_NOT_FRESH" in (said := outcome()), control, said)
    finding.write_bytes(kept)
    finding.chmod(0o644)
    shutil.chown(finding, BROKER, BROKER)
    attack("with a finding that is the broker's own", "not to root" in (said := outcome()), control, said)
    shutil.chown(finding, "root", "root")
    finding.chmod(0o666)
    attack("with a finding that others may write", "can be written by others" in (said := outcome()), control, said)
    finding.chmod(0o644)
    old = json.loads(kept)
    for key, value, word in (("boottime_us", old["boottime_us"] - 2 * 3600 * 10**6, "min old"), ("kernel_boot", "00000000-0000-0000-0000-000000000000", "last start"),
                             ("broker_uid", 1, "other users"), ("faults", ["planted"], "planted")):
        finding.write_text(json.dumps({**old, key: value}, separators=(",", ":"), sort_keys=True) + "\n")
        attack(f"with a finding of another {key}", word in (said := outcome()), control, said)
    finding.write_bytes(kept)

    def found(what, word):
        code, told = attest()
        faults = next(line["found"] for line in told["checks"] if line["check"] == "isolation")
        attack(f"attest and broker refuse: {what}", code == 1 and word in faults and "HOME_NOT_ISOLATED" in (said := outcome()) and word in said, control, faults)

    run("groupadd", "-f", "docker")
    run("gpasswd", "-a", AGENT, "docker")
    found("the agent in the group docker", "group docker")
    run("gpasswd", "-d", AGENT, "docker")
    pathlib.Path("/etc/sudoers.d").mkdir(exist_ok=True)
    rule = pathlib.Path("/etc/sudoers.d/agent")
    rule.write_text(f"{AGENT} ALL=(ALL) NOPASSWD: ALL\n")
    rule.chmod(0o440)
    code, told = attest()
    faults = next(line["found"] for line in told["checks"] if line["check"] == "isolation")
    attack("attest refuses: sudo without a password, in a file that only root reads", code == 1 and "without a password" in faults and "without a password" in outcome(), control, faults)
    rule.unlink()
    door = socket.socket(socket.AF_UNIX)
    door.bind("/run/docker.sock")
    os.chmod("/run/docker.sock", 0o666)
    code, told = attest()
    faults = next(line["found"] for line in told["checks"] if line["check"] == "isolation")
    attack("attest refuses: a docker socket that the agent may write to", code == 1 and "docker.sock" in faults, attest_is_good_without("/run/docker.sock"), faults)
    os.chmod(f"{HOME}/storage", 0o755)
    found("storage open to others", "storage has mode 755")
    os.chmod(f"{HOME}/storage", 0o700)
    pathlib.Path("/.dockerenv").touch()
    found("in a container", "container")
    pathlib.Path("/.dockerenv").unlink()
    check("mended, root attests again", attest()[0] == 0)


def attest_is_good_without(path):
    os.unlink(path)
    return attest()[0] == 0


def alarms():
    """The scripts that systemd calls: what reaches the human's hook, and what does not."""
    hook, told, shims = pathlib.Path("/etc/trading-mcp/alarm"), pathlib.Path("/tmp/told"), pathlib.Path("/tmp/shims")
    kept, mark = hook.read_bytes(), pathlib.Path(f"{HOME}/run/EXPOSED")
    hook.write_text(f'#!/bin/sh\necho "$1" >> {told}\n')
    shims.mkdir()

    def says(script, *arguments, is_exposed, is_active=False, **env):
        told.unlink(missing_ok=True)
        mark.touch() if is_exposed else mark.unlink(missing_ok=True)
        for name, code in (("systemctl", 0 if is_active else 3), ("logger", 0)):
            (shims / name).write_text(f"#!/bin/sh\nexit {code}\n")
            (shims / name).chmod(0o755)
        run(f"/usr/local/lib/trading-mcp/{script}", *arguments, env={"PATH": f"{shims}:/usr/bin:/bin", **env})
        return told.read_text() if told.exists() else ""

    open_words = "WITH A POSITION OR AN ORDER OPEN"
    check("watch: the broker is gone and something is open: the alarm", open_words in says("watch", is_exposed=True))
    check("watch: it runs, or nothing is open: silence", says("watch", is_exposed=True, is_active=True) == says("watch", is_exposed=False) == "")
    check("ended: a crash with something open is told, though it is started again", "watchdog" in (said := says("ended", is_exposed=True, SERVICE_RESULT="watchdog")) and open_words in said, said)
    check("ended: an orderly end, or one with nothing open: silence",
          says("ended", is_exposed=True, SERVICE_RESULT="success") == says("ended", is_exposed=False, SERVICE_RESULT="signal") == "")
    check("alarm: a unit that failed for good is told at any time", "failed" in says("alarm", "trading-mcp-broker.service", is_exposed=False))
    mark.unlink(missing_ok=True)
    hook.write_bytes(kept)


def uninstalling():
    pathlib.Path(f"{HOME}/run/EXPOSED").touch()
    refused = run("/opt/stage/scripts/uninstall", "--delete-home")
    check("uninstall does not delete a home with something open", refused.returncode == 1 and pathlib.Path(HOME, "storage/paper.db").exists(), refused.stdout)
    pathlib.Path(f"{HOME}/run/EXPOSED").unlink()
    gone = run("/opt/stage/scripts/uninstall", "--users")
    left = [path for path in (*pathlib.Path("/etc/systemd/system").glob("trading-mcp-*"), *[pathlib.Path("/usr/local/bin", program) for program in PROGRAMS],
                              pathlib.Path("/usr/local/lib/trading-mcp"), pathlib.Path("/var/lib/trading-mcp/attest")) if path.exists()]
    check("uninstall removes programs, units and findings", gone.returncode == 0 and not left, (gone.stderr, left))
    check("and keeps books, settings and credentials", all(pathlib.Path(path).exists() for path in (f"{HOME}/storage/paper.db", f"{HOME}/.env", "/etc/trading-mcp/credentials")))
    check("and removes the broker's user", run("getent", "passwd", BROKER).returncode != 0)
    check("a second uninstall is quiet", run("/opt/stage/scripts/uninstall").returncode == 0)


def inside(work):
    root = make_root(work)
    os.chroot(root)
    os.chdir("/")
    installing()
    isolation()
    alarms()
    uninstalling()
    print("under one user for agent and broker these succeed: " + "; ".join(what for what, works in one_user.items() if works), flush=True)
    print("and these are refused even then: " + "; ".join(what for what, works in one_user.items() if not works), flush=True)
    check("one user for everybody is no boundary, as docs/threat_model.md says", one_user["read .env"] and one_user["kill the broker"] and one_user["edit the audit log"])
    print(f"installed_house: {'all held' if not failures else str(len(failures)) + ' FAILED: ' + '; '.join(failures)}", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(inside(pathlib.Path(sys.argv[2])) if len(sys.argv) == 3 and sys.argv[1] == "--inside" else outside())
