#!/bin/sh
# Installs tsugi's toolchain from Debian's packages. Runs as root on Debian 13 or later: inside the
# private build root (see ../dev), on such a host, or in the Dockerfile. Idempotent.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
packages=$(sed -e 's/#.*//' "$here/packages.txt" | tr '\n' ' ')

missing=
for package in $packages; do
  dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086  # a list of package names
apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 $missing
