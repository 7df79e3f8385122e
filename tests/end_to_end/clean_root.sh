#!/usr/bin/env bash
# An installed house in a clean Debian 12: a root folder by debootstrap with what `scripts/setup --run` installs and nothing
# else, the programs of this build in it, and there scripts/install for real, root's attestation, the doctors, a broker as
# its user, the rehearsal by three users and by one, and scripts/uninstall. Needs root and debootstrap.
#
#   clean_root.sh [--fresh] [--keep-log]
#
# --fresh     makes the root anew; else the one kept in build/clean_root is taken, for 30 days and while scripts/setup is the same
# --keep-log  leaves the log of debootstrap and apt, and says where
#
# TRADING_MCP_BIN names the folder of the programs. Network is used to make the root, through this machine's apt settings;
# the house itself runs in a network namespace that has a loopback and nothing else. Mounts and processes are in namespaces
# of their own: whatever ends this script ends them. Exit: 0 all held, 77 cannot run here, else what failed.
set -euo pipefail

say() { echo "clean_root: $*" >&2; }
skip() { say "SKIPPED: $*"; exit 77; }

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/end_to_end/debian_root.sh
. "$checkout/tests/end_to_end/debian_root.sh"
bin=$(realpath "${TRADING_MCP_BIN:-$checkout/build/bin}")
there=/opt/trading-mcp
home=/var/lib/trading-mcp/home
days_kept=30

# in_root USER COMMAND...: in the root, in the checkout, with nothing of this environment.
in_root() {
  local who=$1 of=/root
  shift
  if [ "$who" != root ]; then of=$(chroot "$root" getent passwd "$who" | cut -d: -f6); fi
  chroot "$root" /usr/bin/env -i "HOME=$of" "USER=$who" "LOGNAME=$who" TERM=xterm LANG=C.UTF-8 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "TRADING_MCP_BIN=$there/build/bin" "${settings[@]}" \
    setpriv --reuid "$who" --regid "$who" --init-groups sh -c "cd $there && exec \"\$@\"" sh "$@"
}

# --- the root, made once: with network, in a mount namespace ---------------------------------------------------------------

make_root() {
  mount --make-rprivate /
  debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$work/make.log" 2>&1 || exit 77
  umount "$root/proc" 2>/dev/null || true
  mount_root
  printf '%s\n' "$sources" >"$root/etc/apt/sources.list"
  copy_the_way_out
  settings=()
  for name in http_proxy https_proxy no_proxy; do
    if [ -n "${!name:-}" ]; then settings+=("$name=${!name}"); fi
  done
  mkdir -p "$root$there"
  cp -r "$checkout/scripts" "$root$there/scripts"
  in_root root scripts/setup --run >>"$work/make.log" 2>&1 || exit 77
  rm -rf "$root$there" "$root/etc/apt/apt.conf.d/90host" "$root"/usr/local/share/ca-certificates "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/*
  chroot "$root" update-ca-certificates --fresh >>"$work/make.log" 2>&1
  tar --one-file-system -C "$root" -cf "$kept.part" .
  mv "$kept.part" "$kept"
}

# --- the house, each time: without network -----------------------------------------------------------------------------------

failed=0
check() {  # WHAT COMMAND...: quiet when it holds
  local what=$1 began=$SECONDS out=$work/out
  shift
  if [ "$1" = told ]; then out=/dev/null; fi
  if "$@" >"$out" 2>&1; then
    echo "ok     $what ($((SECONDS - began)) s)"
  else
    echo "BROKEN $what (exit $?)"
    if [ "$out" != /dev/null ]; then tail -40 "$work/out" | sed 's/^/    /'; fi
    failed=$((failed + 1))
  fi
}
told() { grep -qE -- "$1" "$work/out"; }  # of the last command
# as_broker COMMAND...: what the unit does: its user and groups, no capabilities.
as_broker() { in_root trading-broker "$@"; }
exits_with() {  # CODE COMMAND...
  local code=0 wanted=$1
  shift
  "$@" || code=$?
  [ "$code" -eq "$wanted" ]
}
wait_for() {
  for _ in $(seq 200); do
    if "$@" 2>/dev/null; then return 0; fi
    sleep 0.1
  done
  return 1
}

live_in() {
  mount --make-rprivate /
  ip link set lo up
  tar -C "$root" -xf "$kept"
  mount_root
  settings=()
  mkdir -p "$root$there/scripts" "$root$there/tests/end_to_end" "$root$there/build/bin"
  for pair in "$checkout/scripts:scripts" "$checkout/tests/end_to_end:tests/end_to_end" "$bin:build/bin"; do
    mount --bind "${pair%%:*}" "$root$there/${pair##*:}"
    mount -o remount,bind,ro "$root$there/${pair##*:}"
  done
  # What lies below a home that others cannot enter is here for everybody to read.
  check "the root holds what setup --run says, and no compiler" sh -c "! chroot '$root' sh -c 'command -v gcc || command -v cmake || command -v curl'"
  check "every program runs" in_root root sh -c 'for p in execution_broker mcp_gateway approval_cli sandbox_exchange; do build/bin/$p --version || exit 1; done'
  check "scripts/install" in_root root scripts/install --no-start
  check "  makes three users" in_root root getent passwd trading-broker trading-agent trading-approver
  check "  again: nothing to do" in_root root scripts/install --no-start
  check "root attests: isolated" in_root root execution_broker --home $home doctor --attest
  as_broker execution_broker --home $home --exit-when-idle 600 >"$work/broker.log" 2>&1 &
  local broker=$!
  check "the broker starts as its user" wait_for test -S "$root$home/run/operator/broker.sock"
  check "execution_broker doctor" in_root root execution_broker --home $home doctor
  check "  a broker listens at both doors" told 'agent door +ok'
  check "  for live all is ok but the clock, which nobody keeps in here" \
    sh -c "chroot '$root' /usr/local/bin/execution_broker --home $home doctor --live | awk '\$2 == \"bad\" || \$3 == \"bad\"' | grep -v ^clock | { ! grep .; }"
  check "the approver looks" in_root trading-approver approval_cli --home $home --json status
  check "  custody is isolated" told '"custody":"isolated"'
  in_root trading-approver approval_cli --home $home doctor >"$work/human" 2>&1 || true
  check "the approver's doctor: all is ok but that no key is enrolled" \
    sh -c "grep -q '^terminal *ok' '$work/human' && grep -E '^[a-z ]+ (bad|unknown) ' '$work/human' | grep -v '^key' | { ! grep .; }"
  check "the agent looks" in_root trading-agent mcp_gateway --home $home --call fetch_paper_portfolio '{}'
  check "  custody is isolated" told '"custody":"isolated"'
  check "the agent does not reach the human's door" exits_with 3 in_root trading-agent approval_cli --home $home status
  # The broker answers a signal of its own user's, as systemd would send it.
  check "the broker ends" sh -c "chroot '$root' setpriv --reuid trading-broker --regid trading-broker --clear-groups sh -c 'kill -TERM -1'; true"
  wait "$broker" || true
  check "  in good order" grep -q 'event=stopped' "$work/broker.log"
  check "rehearsal, three users" in_root root python3 -B tests/end_to_end/rehearsal.py --users --by-itself
  cp "$work/out" "$work/rehearsal.log"
  check "  walked to its end" told 'Walked to its end'
  check "  by the users that scripts/install made" told 'the broker is trading-broker, the agent trading-agent'
  check "  custody isolated, as root attested" told 'custody isolated'
  check "rehearsal, an ordinary user" in_root trading-approver python3 -B tests/end_to_end/rehearsal.py --by-itself
  check "  walked to its end" told 'Walked to its end'
  check "scripts/uninstall" in_root root scripts/uninstall --users
  check "  leaves books and settings, no program and no unit" chroot "$root" sh -c \
    "test -e $home/storage/paper.db && test -e $home/.env && ! ls /usr/local/bin/execution_broker /etc/systemd/system/trading-mcp-* /var/lib/trading-mcp/attest 2>/dev/null"
  check "nothing lies in /tmp" sh -c "! ls -A '$root/tmp' | grep ."
  if [ "$failed" -gt 0 ]; then echo "the broker's log:" && tail -20 "$work/broker.log"; fi
  exit $((failed > 0))
}

# --- outside -------------------------------------------------------------------------------------------------------------------

in_namespaces() {  # FLAGS... PHASE
  unshare --mount --pid --ipc --uts --fork --kill-child=KILL "${@:1:$#-1}" bash "${BASH_SOURCE[0]}" "${@: -1}" </dev/null &
  child=$!
  local status=0
  wait "$child" || status=$?
  child=
  return "$status"
}

main() {
  local fresh=no status=0
  suite=bookworm child= made= keep_log=no
  for word in "$@"; do
    case "$word" in
      --fresh) fresh=yes ;;
      --keep-log) keep_log=yes ;;
      *) sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 2 ;;
    esac
  done
  [ "$(id -u)" -eq 0 ] || skip "needs root: debootstrap, mount and chroot do"
  for tool in debootstrap unshare setpriv ip tar; do
    command -v "$tool" >/dev/null || skip "there is no $tool; apt-get install debootstrap util-linux iproute2 tar"
  done
  unshare --mount --pid --net --fork true 2>/dev/null || skip "may not make mount, pid and network namespaces here"
  for program in execution_broker mcp_gateway approval_cli sandbox_exchange; do
    [ -x "$bin/$program" ] || skip "$bin/$program is not built"
    if ldd "$bin/$program" | grep -q libasan; then skip "$bin/$program needs the address sanitizer's library, which no house has"; fi
  done
  sources=$(debian_sources)
  mirror=$(awk -v suite="$suite" '$3 == suite { print $2; exit }' <<<"$sources")
  work=$(mktemp -d "${TMPDIR:-/var/tmp}/clean-root-XXXXXX")
  chmod 755 "$work"
  clean_up() {
    local status=$?
    trap - EXIT INT TERM HUP
    if [ -n "$child" ] && kill -KILL "$child" 2>/dev/null; then wait "$child" 2>/dev/null || true; fi
    if [ "$keep_log" = yes ]; then cp "$work"/*.log "${TMPDIR:-/var/tmp}/" 2>/dev/null && say "logs are in ${TMPDIR:-/var/tmp}"; fi
    for pause in 1 3 0; do
      rm -rf --one-file-system "$work" 2>/dev/null && break
      sleep "$pause"
    done
    if [ "$status" -eq 77 ]; then say "SKIPPED: see above"
    elif [ "$status" -eq 0 ]; then echo "clean_root: ok in $SECONDS s${made:+ ($made)}"
    else echo "clean_root: FAILED (exit $status) in $SECONDS s"; fi
    exit "$status"
  }
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  root=$work/root
  mkdir "$root"
  local cache=$checkout/build/clean_root
  mkdir -p "$cache"
  kept=$cache/$suite-$(cat "$checkout/scripts/setup" "$checkout/tests/end_to_end/debian_root.sh" | sha256sum | cut -c1-16).tar
  find "$cache" -name '*.tar' -mtime +$days_kept -delete
  if [ "$fresh" = yes ]; then rm -f "$kept"; fi
  export root work kept suite mirror sources checkout bin
  if [ ! -e "$kept" ]; then
    [ -n "$mirror" ] || skip "this machine's apt names no mirror of Debian's $suite"
    find "$cache" -name '*.tar*' -delete
    in_namespaces --make || status=$?
    if [ "$status" -ne 0 ]; then
      tail -5 "$work/make.log" >&2 || true
      say "the root could not be made: is the package mirror reachable?"
      exit "$status"
    fi
    made="the root was made in $SECONDS s"
    rm -rf --one-file-system "$root"
    mkdir "$root"
  fi
  in_namespaces --net --live || exit $?
}

case "${1:-}" in
  --make) make_root ;;
  --live) live_in ;;
  *) main "$@" ;;
esac; exit  # on one line: a run may outlive an edit of this file
