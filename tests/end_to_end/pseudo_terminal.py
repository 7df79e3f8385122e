"""A program in a pseudo-terminal: what it writes, what is typed at it, how it ends."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time


class PseudoTerminal:
    """`words` run as the leader of a session whose terminal this is. Of `owner` (a uid) where one is given; further
    arguments are subprocess's (user, env, cwd)."""

    def __init__(self, words, columns=80, rows=24, owner=None, **process):
        self.master, self.slave = pty.openpty()
        if owner is not None:
            os.fchown(self.slave, owner, owner)
        self.size(columns, rows)
        self.at_first = termios.tcgetattr(self.slave)
        self.text = ""  # all that came, as it came
        process.setdefault("env", {**os.environ, "TERM": "xterm"})
        before = process.pop("preexec_fn", None)

        def take_the_terminal():
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            if before:
                before()

        self.process = subprocess.Popen([str(word) for word in words], stdin=self.slave, stdout=self.slave, stderr=self.slave,
                                        start_new_session=True, preexec_fn=take_the_terminal, **process)

    def size(self, columns, rows):
        self.columns, self.rows = columns, rows
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds):
        """What comes within the time: text, or "" when nothing does."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return ""
        try:
            part = os.read(self.master, 65536).decode("utf-8", "replace")
        except OSError:
            return ""
        self.text += part
        self.on_text(part)
        return part

    def on_text(self, part):
        """For those who do more with it."""

    def type(self, keys):
        os.write(self.master, keys.encode())
        return self

    def has_echo(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def end(self, seconds=30):
        """Waits for the program and reads the rest; its exit code. One that does not end is killed."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read(0.1)
        while self.read(0.05):
            pass
        if self.process.poll() is None:
            self.process.kill()
        return self.process.wait()

    def close(self):
        """Hangs up; a program that is left is killed."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.slave)
        os.close(self.master)
