#!/bin/sh
# Makes the private Debian 13 build root that ./dev uses on hosts that are not Debian 13 or later, or adds
# groups of packages to it. Usage: build_root.sh DIRECTORY GROUP... Needs root. Idempotent: a half-made root
# is made again; a group that is installed carries a stamp of its list in DIRECTORY/.tsugi-groups.
set -eu
root=$1
shift
here=$(cd "$(dirname "$0")" && pwd)

say() { printf 'tsugi setup: %s\n' "$*" >&2; }
stamp_of() { "$here/install_packages.sh" --list "$1" | sha256sum | cut -d' ' -f1; }

bootstrap() {
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
  say "making a private Debian 13 build root in $root (half a minute, once)"
  rm -rf "$root"
  mkdir -p "$root"
  # shellcheck disable=SC2086  # an empty mirror must vanish
  debootstrap --variant=minbase --include=ca-certificates trixie "$root" $mirror >"$root.log" 2>&1 || {
    say "debootstrap failed; its last lines:"; tail -n 5 "$root.log" >&2; exit 1; }
  # The host's proxy settings for apt, if it has any, hold inside too.
  for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/*; do
    [ -f "$file" ] && grep -q '^ *Acquire' "$file" && cp "$file" "$root/etc/apt/apt.conf.d/" || true
  done
  # The root can be made again at any time: unpacking need not wait for the disk, manuals need not be
  # there, nor emscripten's libraries for link-time optimisation and position-independent code (1.2 of
  # its 1.6 GB), which nothing here links.
  cat >"$root/etc/dpkg/dpkg.cfg.d/tsugi" <<CONFIG
force-unsafe-io
path-exclude=/usr/share/man/*
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
path-exclude=/usr/share/emscripten/cache/sysroot/lib/wasm32-emscripten/lto/*
path-exclude=/usr/share/emscripten/cache/sysroot/lib/wasm32-emscripten/lto-pic/*
path-exclude=/usr/share/emscripten/cache/sysroot/lib/wasm32-emscripten/pic/*
CONFIG
  touch "$root/.tsugi-bootstrapped"
}

add_group() {
  say "installing the packages of '$1'"
  mkdir -p "$root/tmp" "$root/.tsugi-groups"
  cp "$here/packages.txt" "$here/install_packages.sh" "$root/tmp/"
  bwrap --bind "$root" / --dev /dev --proc /proc --ro-bind /etc/resolv.conf /etc/resolv.conf \
    --setenv PATH /usr/sbin:/usr/bin:/sbin:/bin --setenv HOME /root --chdir / \
    /bin/sh /tmp/install_packages.sh "$1" >>"$root.log" 2>&1 || {
    say "package installation failed; its last lines:"; tail -n 15 "$root.log" >&2; exit 1; }
  stamp_of "$1" >"$root/.tsugi-groups/$1"
}

[ -f "$root/.tsugi-bootstrapped" ] || bootstrap
for group; do
  [ "$(cat "$root/.tsugi-groups/$group" 2>/dev/null || true)" = "$(stamp_of "$group")" ] || add_group "$group"
done
