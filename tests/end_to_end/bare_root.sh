#!/usr/bin/env bash
# What a newcomer does on a bare Debian 12, for real: a root folder of its own by debootstrap, a clone of this checkout
# (the committed state; nothing built before comes along), and in it, by chroot: scripts/setup as root, then scripts/demo
# and scripts/test as an ordinary user; scripts/install and root's attestation in between. Needs root, debootstrap, and the package mirrors that this machine's apt uses.
#
#   bare_root.sh [--demo-only] [--as-root] [--ccache] [--keep] [--folder DIR]
#
# --demo-only  leaves scripts/test out
# --as-root    demo and tests as root, too: the few tests that become another user run only so
# --ccache     the host's ccache may be read (and never written): faster, but not a build from nothing
# --keep       leaves the root folder and says where
# --folder     the parent of the root folder; 6 GB are needed; $TMPDIR, else /var/tmp
#
# Mounts live in a mount namespace of its own and processes in a pid namespace: whatever ends this script ends them. The
# network is the host's. Exit: 0 all went well, 77 cannot run here, else what failed; the last line tells the times.
set -euo pipefail

say() { echo "bare_root: $*" >&2; }
skip() { say "SKIPPED: $*"; exit 77; }

# shellcheck source=tests/end_to_end/debian_root.sh
. "$(dirname "${BASH_SOURCE[0]}")/debian_root.sh"
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
user=newcomer

# --- inside: the namespaces are there, nothing is mounted yet ----------------------------------------------------------

# NAME=VALUE words for `env`: proxies as they are here, and npm's registry and proxies from its own configuration.
outside_settings() {
  local name value
  for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    if [ -n "${!name:-}" ]; then echo "$name=${!name}"; fi
  done
  echo "NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt"  # node brings authorities of its own and asks no system
  if command -v npm >/dev/null; then
    for name in registry proxy https-proxy noproxy strict-ssl; do
      value=$(npm config get "$name" 2>/dev/null || true)
      case "$value" in '' | null | undefined) ;; *) echo "npm_config_${name//-/_}=$value" ;; esac
    done
  fi
}

# run_step NAME USER COMMAND...: in the root, in the checkout, with its time taken.
run_step() {
  local name=$1 who=$2 began=$SECONDS home=/root status=0
  shift 2
  if [ "$who" != root ]; then home=/home/$who; fi
  say "$name as $who: $*"
  chroot "$root" /usr/bin/env -i "HOME=$home" "USER=$who" "LOGNAME=$who" "TERM=${TERM:-dumb}" LANG=C.UTF-8 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${settings[@]}" \
    setpriv --reuid "$who" --regid "$who" --init-groups sh -c 'cd "$0" && exec "$@"' "$there" "$@" || status=$?
  echo "$name $((SECONDS - began)) s" >>"$times"
  if [ "$status" -ne 0 ]; then
    echo "$name FAILED with exit $status" >>"$times"
    exit "$status"
  fi
}

inside() {
  local began=$SECONDS
  # debootstrap mounts proc for itself; in this namespace that goes away with it.
  mount --make-rprivate /
  debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$work/debootstrap.log" 2>&1 || {
    tail -20 "$work/debootstrap.log" "$root/debootstrap/debootstrap.log" 2>/dev/null >&2
    echo "debootstrap FAILED" >>"$times"
    exit 1
  }
  echo "debootstrap $((SECONDS - began)) s" >>"$times"
  umount "$root/proc" 2>/dev/null || true
  mount_root
  printf '%s\n' "$sources" >"$root/etc/apt/sources.list"
  copy_the_way_out
  mapfile -t settings < <(outside_settings)
  if [ "$with_ccache" = yes ]; then
    mkdir -p "$root/ccache"
    mount --bind "$(ccache --get-config cache_dir)" "$root/ccache"
    mount -o remount,bind,ro "$root/ccache"
    settings+=(CCACHE_DIR=/ccache CCACHE_READONLY=1 CCACHE_TEMPDIR=/tmp)
  fi

  chroot "$root" useradd --create-home --user-group --shell /bin/bash "$user"
  there=/home/$user/trading-mcp
  git -c safe.directory='*' -c advice.detachedHead=false clone --quiet --no-hardlinks "$checkout" "$root$there"
  say "cloned $(git -c safe.directory='*' -C "$root$there" log -1 --format='%h %s')"
  chroot "$root" chown -R "$user:$user" "$there"
  if [ -d "$checkout/../shared" ]; then
    mkdir -p "$root/home/$user/shared"
    mount --bind "$(realpath "$checkout/../shared")" "$root/home/$user/shared"
    mount -o remount,bind,ro "$root/home/$user/shared"
  fi

  run_step setup root scripts/setup
  run_step demo "$worker" scripts/demo
  # A host of its own as far as the doctor can see: no container's mark, three users, root's finding.
  run_step install root scripts/install --no-start
  run_step attest root /usr/local/bin/execution_broker --home /var/lib/trading-mcp/home doctor --attest
  if [ "$demo_only" = no ]; then run_step test "$worker" scripts/test; fi
}

# --- outside -----------------------------------------------------------------------------------------------------------

main() {
  local keep=no parent=${TMPDIR:-/var/tmp} child= status=0
  demo_only=no worker=$user with_ccache=no suite=bookworm
  while [ $# -gt 0 ]; do
    case "$1" in
      --demo-only) demo_only=yes ;;
      --as-root) worker=root ;;
      --ccache) with_ccache=yes ;;
      --keep) keep=yes ;;
      --folder) parent=${2:?--folder needs a folder}; shift ;;
      *) sed -n '2,15s/^# \{0,1\}//p' "$0"; exit 2 ;;
    esac
    shift
  done
  [ "$(id -u)" -eq 0 ] || skip "needs root: debootstrap, mount and chroot do"
  for tool in debootstrap git unshare setpriv; do
    command -v "$tool" >/dev/null || skip "there is no $tool; apt-get install debootstrap git util-linux"
  done
  unshare --mount --pid --fork true 2>/dev/null || skip "may not make mount and pid namespaces here"
  sources=$(debian_sources)
  mirror=$(awk -v suite="$suite" '$3 == suite { print $2; exit }' <<<"$sources")
  [ -n "$mirror" ] || skip "this machine's apt names no mirror of Debian's $suite"
  [ -z "$(git -C "$checkout" status --porcelain --untracked-files=no)" ] || say "what is not committed does not come along"

  work=$(mktemp -d "$parent/bare-root-XXXXXX")
  chmod 755 "$work"
  root=$work/root times=$work/times
  mkdir "$root"
  : >"$times"
  # The namespaces end with their first process, and the mounts with the namespaces: then only files are left.
  clean_up() {
    status=$?
    trap - EXIT INT TERM HUP
    if [ -n "$child" ] && kill -KILL "$child" 2>/dev/null; then wait "$child" 2>/dev/null || true; fi
    local told
    told="$(paste -sd, "$times" | sed 's/,/, /g'); $((SECONDS - began)) s in all"
    if [ -n "$tests_line" ]; then told="$told; $tests_line"; fi
    if [ "$keep" = yes ]; then
      say "kept in $work"
    else
      # What was killed may still be about to end: a second and a third look.
      for pause in 1 3 0; do
        if rm -rf --one-file-system "$work" 2>"$parent/.bare-root-rm.$$"; then break; fi
        sleep "$pause"
      done
      if [ -e "$work" ]; then say "could not remove all of $work: $(tail -1 "$parent/.bare-root-rm.$$")"; fi
      rm -f "$parent/.bare-root-rm.$$"
    fi
    if [ "$status" -eq 0 ]; then echo "bare_root: ok: $told"; else echo "bare_root: FAILED (exit $status): $told"; fi
    exit "$status"
  }
  tests_line=
  began=$SECONDS
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  export root work times suite mirror sources demo_only worker with_ccache
  unshare --mount --pid --ipc --uts --fork --kill-child=KILL bash "${BASH_SOURCE[0]}" --inside </dev/null > >(tee "$work/out.log") &
  child=$!
  wait "$child" || status=$?
  child=
  tests_line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$work/out.log" | tail -1 || true)
  exit "$status"
}

if [ "${1:-}" = --inside ]; then inside; else main "$@"; fi; exit  # on one line: a run may outlive an edit of this file
