#!/bin/sh
# Installs groups of packages.txt: inside the private build root (see ../dev), on a host that is Debian 13
# or later, or in the Dockerfile. Idempotent.
# Usage: install_packages.sh [--list|--check] [GROUP...]; no group means all of them.
#   --list   prints the names        --check   says by its exit code whether all are installed
# Needs root, unless --list or --check is given.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mode=install
case ${1:-} in --list | --check) mode=${1#--}; shift ;; esac
packages=$(awk -v wanted=" $* " '
  { sub(/#.*/, "") }
  /^\[/ { group = substr($1, 2, length($1) - 2); next }
  NF && (wanted == "  " || index(wanted, " " group " ")) { print $1 }' "$here/packages.txt")
[ "$mode" = list ] && { printf '%s\n' "$packages"; exit 0; }

missing=
for package in $packages; do
  dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
[ "$mode" = check ] && exit 1

export DEBIAN_FRONTEND=noninteractive
# A second group soon after the first needs no new index.
updated=/var/lib/apt/lists/tsugi-updated
if [ -z "$(find "$updated" -mmin -60 2>/dev/null)" ]; then
  apt-get update -qq
  touch "$updated"
fi
# shellcheck disable=SC2086  # a list of package names
apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 $missing
