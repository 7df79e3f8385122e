"""A small MCP client over stdio (Python's standard library only), and the programs of a build around it.

Used by scripts/demo and by the end-to-end tests: it speaks the protocol as any client does and links nothing of the
project.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("TRADING_MCP_BIN", ROOT / "build" / "bin"))


class ToolError(Exception):
    """A tool answered isError; `reply` is its structured content."""

    def __init__(self, tool, reply):
        error = reply.get("error", {}) if isinstance(reply, dict) else {}
        super().__init__(f"{tool}: {error.get('code')}: {error.get('message')}")
        self.reply = reply
        self.code = error.get("code")


class McpClient:
    """One gateway process and one MCP session with it."""

    def __init__(self, home, *arguments, env=None):
        self.process = subprocess.Popen(
            [str(BIN / "mcp_gateway"), "--home", str(home), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
        self._next_id = 0
        self._stderr = []
        threading.Thread(target=self._drain, daemon=True).start()
        self.initialize_result = self.request("initialize", {
            "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": {"name": "end_to_end", "version": "1"}})
        self.notify("notifications/initialized")

    def _drain(self):
        for line in self.process.stderr:
            self._stderr.append(line.decode("utf-8", "replace"))

    def _send(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def notify(self, method, params=None):
        message = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            message["params"] = params
        self._send(message)

    def request(self, method, params=None):
        self._next_id += 1
        message = {"jsonrpc": "2.0", "id": self._next_id, "method": method}
        if params is not None:
            message["params"] = params
        self._send(message)
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError("the gateway ended: " + "".join(self._stderr)[-2000:])
            reply = json.loads(line)
            if reply.get("id") == self._next_id:
                if "error" in reply:
                    raise RuntimeError(f"{method}: {reply['error']}")
                return reply["result"]

    def call(self, tool, **arguments):
        """The structured content of a tool call; ToolError when it is an error."""
        result = self.request("tools/call", {"name": tool, "arguments": arguments})
        content = result.get("structuredContent")
        if result.get("isError"):
            raise ToolError(tool, content)
        return content

    def try_call(self, tool, **arguments):
        """(structured content, is_error), whatever it says."""
        result = self.request("tools/call", {"name": tool, "arguments": arguments})
        return result.get("structuredContent"), bool(result.get("isError"))

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class House:
    """A home with a running broker."""

    def __init__(self, settings=None, home=None, keep=False):
        self.home = pathlib.Path(home) if home else pathlib.Path(tempfile.mkdtemp(prefix="trading-mcp-"))
        self.keep = keep or home is not None
        self.broker = None
        self.home.mkdir(parents=True, exist_ok=True)
        if settings is not None:
            env = self.home / ".env"
            env.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
            env.chmod(0o600)

    @property
    def agent_socket(self):
        return self.home / "run" / "agent" / "broker.sock"

    def start(self, *arguments, wait=20.0, program="execution_broker", env=None):
        self.log = open(self.home.parent / (self.home.name + ".log"), "ab")
        self.broker = subprocess.Popen([str(BIN / program), "--home", str(self.home), *arguments],
                                       stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=env)
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            if self.broker.poll() is not None:
                raise RuntimeError("the broker did not start: " + self.log_text()[-2000:])
            if self.cli("status", "--json", check=False).returncode == 0:
                return self
            time.sleep(0.05)
        raise RuntimeError("the broker did not answer in time: " + self.log_text()[-2000:])

    def log_text(self):
        return (self.home.parent / (self.home.name + ".log")).read_text(errors="replace")

    def cli(self, *arguments, check=True, **options):
        options.setdefault("timeout", 300)
        # The witness of the audit head belongs to the operator's own state: here to the test's.
        options.setdefault("env", {**os.environ, "XDG_STATE_HOME": str(self.home.parent / (self.home.name + ".state"))})
        result = subprocess.run([str(BIN / "approval_cli"), "--home", str(self.home), *arguments],
                                stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)
        if check and result.returncode != 0:
            raise RuntimeError(f"approval_cli {' '.join(arguments)}: {result.returncode}: {result.stderr or result.stdout}")
        return result

    def advance(self, span):
        return self.cli("clock", "advance", span, "--json").stdout

    def stop(self, how=signal.SIGTERM):
        if self.broker and self.broker.poll() is None:
            self.broker.send_signal(how)
            self.broker.wait(20)
        code = self.broker.returncode if self.broker else None
        self.broker = None
        return code

    def close(self):
        self.stop()
        if not self.keep:
            shutil.rmtree(self.home, ignore_errors=True)
            shutil.rmtree(self.home.parent / (self.home.name + ".state"), ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
