#!/bin/sh
# Fetches the sources of XNNPACK and of the three libraries it is built from, out of Debian's source
# archive: the host's own mirror, checked against the signed index by apt.
# Usage: fetch_sources.sh DIRECTORY. Leaves DIRECTORY/NAME-VERSION/ for each; idempotent, and silent
# about the network when all are there. Prints one path per line, xnnpack first.
set -eu
directory=$1
packages="xnnpack pthreadpool fp16 fxdiv"
mkdir -p "$directory"

# Two configurations started side by side must not fetch twice.
exec 9>"$directory/fetch.lock"
flock 9

unpacked() { find "$directory" -maxdepth 1 -type d -name "$1-[0-9]*" | sort | tail -n 1; }

# An index of sources of our own: the host's lists stay as they are, and no root is needed.
apt_get() {
  apt-get -qq -o "Dir::Etc::SourceList=$directory/sources.list" -o Dir::Etc::SourceParts=- \
    -o "Dir::State::Lists=$directory/lists" -o "Dir::Cache=$directory/cache" \
    -o APT::Sandbox::User= "$@"
}

update_index() {
  [ -f "$directory/sources.list" ] && return 0
  mkdir -p "$directory/lists/partial" "$directory/cache/archives/partial"
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' |
    awk '$2 !~ /security|updates/ {print $1, $2; exit}')
  [ -n "$mirror" ] || { echo "apt knows no Debian mirror: add one to /etc/apt/sources.list" >&2; exit 1; }
  printf 'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s main\n' "$mirror" \
    >"$directory/sources.list.new"
  mv "$directory/sources.list.new" "$directory/sources.list"
  apt_get update || { rm -f "$directory/sources.list"; exit 1; }
}

fetch() {
  update_index
  # 'URI' FILE SIZE SHA256:HASH of the upstream archive; the .dsc and Debian's patches are not needed.
  line=$(apt_get source --print-uris --only-source "$1" | grep "\.orig\.tar\.[a-z0-9]*' \| [^ ]*\.orig\.tar" | head -n 1)
  # shellcheck disable=SC2086  # four words
  set -- "$1" $line
  [ $# -eq 5 ] || { echo "no source archive of $1 in the Debian index" >&2; exit 1; }
  version=$(printf '%s' "$3" | sed -e "s/^$1_//" -e 's/\.orig\.tar\..*//' | tr '~' '-')
  uri=$(printf '%s' "$2" | tr -d "'")
  /usr/lib/apt/apt-helper -q -o APT::Sandbox::User= download-file "$uri" "$directory/$3" "$5" >&2
  rm -rf "$directory/$1.new"
  mkdir "$directory/$1.new"
  (cd "$directory/$1.new" && cmake -E tar xf "../$3")
  # Some archives hold one folder, some its contents.
  if [ "$(find "$directory/$1.new" -mindepth 1 -maxdepth 1 | wc -l)" -eq 1 ]; then
    mv "$directory/$1.new/"* "$directory/$1-$version"
    rmdir "$directory/$1.new"
  else
    mv "$directory/$1.new" "$directory/$1-$version"
  fi
  rm "$directory/$3"
}

for package in $packages; do
  [ -n "$(unpacked "$package")" ] || fetch "$package"
  unpacked "$package"
done
