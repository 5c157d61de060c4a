#!/usr/bin/env bash
# Which files of the host are visible inside the build root:
#   host_binds_test.sh        on made-up folders
#   host_binds_test.sh DEV    with ./dev itself as well, on this host
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../../.toolchain/host_binds.sh"
scratch=$(mktemp -d /var/tmp/tsugi-binds.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
host=$scratch/host root=$scratch/root

mkdir -p "$host"/{bin,data,etc/tsugi,run/media/ann/stick,usr/{bin,lib,share,src/app,local/{lib,share}}} \
  "$host"/var/{log,tmp,home/ann,run,cache,lib/{apt,app}}
touch "$host"/{etc/passwd,etc/tsugi/train.toml,usr/lib/libc.so,usr/local/lib/libz.so} \
  "$host"/usr/local/share/{log-1.csv,log-2.csv}
# The root has packages of its own, and places that an earlier run made.
mkdir -p "$root"/{etc,run,usr/{lib,src/googletest/src,local/share/man},var/lib/{apt/lists,app}}
echo root >"$root/etc/passwd"
touch "$root/usr/local/share/log-1.csv"

fail() { printf 'host_binds: %s\n' "$*" >&2; exit 1; }
is_bound() { [[ " ${binds[*]} " == *" --bind $host$1 $1 "* ]]; }
visible() {  # COMMAND… -- PATH…: bound for the command
  local command=()
  while [[ $1 != -- ]]; do command+=("$1"); shift; done
  host_binds "$root" "$host" "${command[@]}"
  for path in "${@:2}"; do is_bound "$path" || fail "${command[*]}: $path is not visible"; done
}
hidden() { for path in "$@"; do if is_bound "$path"; then fail "$path hides the root's own"; fi; done; }

visible tsugi -- /data /var/log /var/tmp /var/home
hidden /bin /usr /etc /run /var /var/lib /var/cache /var/run /var/lib/app /usr/local
visible tsugi import --events /usr/local/share/log-1.csv -- /usr/local/share/log-1.csv
hidden /usr/local/share/log-2.csv
visible tsugi import '--events=/usr/local/share/*.csv' -- /usr/local/share/log-1.csv /usr/local/share/log-2.csv
visible tsugi --item-vectors image=/var/lib/app/x.npy:/usr/src/app/ids.txt -- /var/lib/app /usr/src/app
visible bash -c 'cat "/etc/tsugi/train.toml" >/run/media/ann/stick/out' -- /etc/tsugi /run/media
visible tsugi --config /usr/share/../../etc/tsugi/train.toml -- /etc/tsugi
visible cc /usr/lib/libc.so /usr/local/lib/libz.so /etc/passwd /var/lib/apt/lists --
hidden /usr/lib/libc.so /usr/local/lib /usr/local/lib/libz.so /etc/passwd /var/lib/apt

if [[ $# -gt 0 ]]; then
  dev=$(realpath "$1")
  printf 'kept\n' >"$scratch/a log.csv"
  folders=("$scratch")
  if mkdir -p /var/lib/tsugi-binds 2>/dev/null; then
    trap 'rm -rf "$scratch" /var/lib/tsugi-binds' EXIT
    cp "$scratch/a log.csv" /var/lib/tsugi-binds/
    folders+=(/var/lib/tsugi-binds)
  fi
  for folder in "${folders[@]}"; do
    [[ $("$dev" run cat "$folder/a log.csv") == kept ]] || fail "$folder: not visible"
    [[ $(cd "$folder" && "$dev" run cat 'a log.csv') == kept ]] || fail "$folder: no working folder"
    (cd "$folder" && "$dev" run sh -c 'echo made >made')
    [[ $(cat "$folder/made") == made ]] || fail "$folder: what is written there is lost"
    [[ $(stat -c %u "$folder/made") == "$(id -u)" ]] || fail "$folder: files belong to somebody else"
  done
fi
echo "host_binds: as expected"
