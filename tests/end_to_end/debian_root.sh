# What bare_root.sh and clean_root.sh share: a Debian root folder of one's own. Sourced; `root` is the folder, `suite` the
# release, and the mount namespace is the caller's own.

# The file systems that a root folder needs, of its own where the kernel has them of its own.
mount_root() {
  mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
  mkdir -p "$root/dev/pts" "$root/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
  ln -sf pts/ptmx "$root/dev/ptmx"
  mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
  mount -t tmpfs -o mode=1777,nosuid,nodev,size=75% tmpfs "$root/tmp"
  mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/run"
}

# How apt, npm and TLS reach out from here: settings, and no credentials.
copy_the_way_out() {
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  cp -L /etc/hosts "$root/etc/hosts"
  apt-config dump | grep -iE '^Acquire::(https?|Check-|Retries)' >"$root/etc/apt/apt.conf.d/90host" || true
  { echo 'APT::Install-Recommends "false";'; echo 'Acquire::Languages "none";'; } >>"$root/etc/apt/apt.conf.d/90host"
  # Authorities that this machine trusts besides Debian's: scripts/setup installs ca-certificates, which takes them in.
  mkdir -p "$root/usr/local/share/ca-certificates"
  cp -L /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
}

# The lines of this machine's apt for the release and its updates, as one-line sources: a machine has sources.list, *.list,
# *.sources, or several of them. Other suites (backports, other makers' packages) do not belong to a bare Debian.
debian_sources() {
  {
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
      if [ -f "$file" ]; then
        sed -E 's/#.*//; s/^deb +\[[^]]*\]/deb/' "$file" | awk '/^deb / && / main( |$)/ { print "deb", $2, $3, "main" }'
      fi
    done
    for file in /etc/apt/sources.list.d/*.sources; do
      if [ -f "$file" ]; then
        awk '
          function flush(  i, n, m, j, uris, names) {
            if (types ~ /(^| )deb( |$)/ && enabled != "no") {
              n = split(uri, uris, " "); m = split(suites, names, " ")
              for (i = 1; i <= n; ++i) for (j = 1; j <= m; ++j)
                if (components ~ /(^| )main( |$)/) print "deb " uris[i] " " names[j] " main"
            }
            types = uri = suites = components = enabled = ""
          }
          /^#/ { next }
          /^[ \t]*$/ { flush(); next }
          { key = tolower($1); value = $0; sub(/^[^:]*:[ \t]*/, "", value) }
          key == "types:" { types = value }
          key == "uris:" { uri = value }
          key == "suites:" { suites = value }
          key == "components:" { components = value }
          key == "enabled:" { enabled = tolower(value) }
          END { flush() }' "$file"
      fi
    done
  } | awk -v suite="$suite" '($3 == suite || $3 == suite "-updates" || $3 == suite "-security") && !seen[$0]++'
}
