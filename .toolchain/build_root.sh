#!/bin/sh
# Makes the private Debian 13 build root that ./dev uses on hosts that are not Debian 13 or later.
# Usage: build_root.sh DIRECTORY. Needs root. Idempotent: a finished root carries a stamp of the
# package list; a half-made one is removed and made again.
set -eu
root=$1
here=$(cd "$(dirname "$0")" && pwd)
stamp=$(cat "$here/packages.txt" "$here/build_root.sh" | sha256sum | cut -d' ' -f1)
[ "$(cat "$root/.tsugi-stamp" 2>/dev/null || true)" = "$stamp" ] && exit 0

say() { printf 'tsugi setup: %s\n' "$*" >&2; }

if ! command -v debootstrap >/dev/null || ! command -v bwrap >/dev/null; then
  command -v apt-get >/dev/null || {
    say "this host has no apt-get: install 'debootstrap' and 'bubblewrap' with its package manager, or use Docker (docker build -t tsugi .)"
    exit 1
  }
  say "installing debootstrap and bubblewrap on this host"
  apt-get update -qq >/dev/null 2>&1 || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq debootstrap bubblewrap >/dev/null
fi

# The mirror is the one the host's own apt uses; debootstrap's default stands in on other hosts.
mirror=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN)' 2>/dev/null | awk '$2 == "Debian" && $1 !~ /security/ {print $1; exit}' || true)

if [ ! -f "$root/.tsugi-bootstrapped" ]; then
  say "making a private Debian 13 build root in $root (about two minutes, once)"
  rm -rf "$root"
  mkdir -p "$root"
  # shellcheck disable=SC2086  # an empty mirror must vanish
  debootstrap --variant=minbase --include=ca-certificates trixie "$root" $mirror >"$root.log" 2>&1 || {
    say "debootstrap failed; its last lines:"; tail -n 5 "$root.log" >&2; exit 1; }
  touch "$root/.tsugi-bootstrapped"
fi
# The host's proxy settings for apt, if it has any, hold inside too.
for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/*; do
  [ -f "$file" ] && grep -q '^ *Acquire' "$file" && cp "$file" "$root/etc/apt/apt.conf.d/" || true
done
say "installing the toolchain packages"
mkdir -p "$root/tmp"
# The root can be made again at any time: unpacking need not wait for the disk, manuals need not be there.
cat >"$root/etc/dpkg/dpkg.cfg.d/tsugi" <<CONFIG
force-unsafe-io
path-exclude=/usr/share/man/*
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
CONFIG
cp "$here/packages.txt" "$here/install_packages.sh" "$root/tmp/"
bwrap --bind "$root" / --dev /dev --proc /proc --ro-bind /etc/resolv.conf /etc/resolv.conf \
  --setenv PATH /usr/sbin:/usr/bin:/sbin:/bin --setenv HOME /root --chdir / \
  /bin/sh /tmp/install_packages.sh >>"$root.log" 2>&1 || {
  say "package installation failed; its last lines:"; tail -n 15 "$root.log" >&2; exit 1; }
printf '%s' "$stamp" >"$root/.tsugi-stamp"
say "build root ready"
