# host_binds, sourced by ../dev: what of the host is visible inside the build root, at its own path.
# Usage: host_binds ROOT HOST COMMAND… fills the array `binds` with options for bwrap. HOST is a prefix of the
# host's paths, for tests; else "".
#
# Visible as a whole is every folder at the top that the root does not need, and those of /var where no package
# keeps its state. Of the rest (/usr/local, /usr/src, /etc, /run …) it is what the command names, and the working
# folder, as far as the root has nothing there: the root's compiler must not meet the host's libraries.
host_binds() {
  local root=$1 host=$2 path word words=("$PWD" "${@:3}") matches IFS=$' \t\n=:,;<>"\''
  shift 2
  binds=()
  for path in "$host"/* "$host"/var/*; do
    path=${path#"$host"}
    case $path in
      /bin | /sbin | /lib | /lib32 | /lib64 | /libx32 | /usr | /etc | /var | /dev | /proc | /sys | /run | /boot | /lost+found) ;;
      /var/lib | /var/cache | /var/run | /var/lock) ;;
      *) if [[ -d $host$path ]]; then binds+=(--bind "$host$path" "$path"); fi ;;
    esac
  done
  # A name may be part of a word: --events=FILE, NAME=FILE:FILE, a line for `bash -c`.
  set -f
  # shellcheck disable=SC2206  # split on purpose
  for word in "$@"; do words+=($word); done
  set +f
  for word in "${words[@]}"; do
    if [[ $word != */* && ! -e $word ]]; then continue; fi
    if [[ $word != /* ]]; then word=$PWD/$word; fi
    bind_named "$word"
    # What a link leads to must be visible too.
    if [[ -z $host && -e $word ]]; then bind_named "$(readlink -f "$word")"; fi
    if [[ $word == *[*?[]* ]]; then
      mapfile -t matches < <(compgen -G "$host$word")
      for path in "${matches[@]}"; do bind_named "${path#"$host"}"; done
    fi
  done
}

# Binds the first folder or file on the way to a path that the root lacks. An empty one is a place that an
# earlier run made to bind to.
bind_named() {  # PATH; and root, host and binds of host_binds
  local path part parts
  path=$(realpath -ms "$1")
  case $path in
    /usr/bin/* | /usr/sbin/* | /usr/lib*/* | /usr/include/*) return ;;
    /usr/local/bin/* | /usr/local/sbin/* | /usr/local/lib*/* | /usr/local/include/*) return ;;
    /usr/* | /etc/* | /run/* | /boot/* | /lost+found/* | /var/lib/* | /var/cache/*) ;;
    *) return ;;
  esac
  IFS=/ read -ra parts <<<"${path#/}"
  path=/${parts[0]}
  for part in "${parts[@]:1}"; do
    path=$path/$part
    if [[ ! -e $host$path ]]; then return; fi
    if [[ -d $root$path && -n $(ls -A "$root$path") || -f $root$path && -s $root$path ]]; then continue; fi
    if [[ " ${binds[*]} " != *" $path "* ]]; then binds+=(--bind "$host$path" "$path"); fi
    return
  done
}
