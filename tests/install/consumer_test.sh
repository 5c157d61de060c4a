#!/bin/sh
# consumer_test.sh BUILD_FOLDER SCRATCH_FOLDER MODEL: see ../CMakeLists.txt.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$1 scratch=$2 model=$3
prefix=$scratch/prefix
rm -rf "$prefix" "$scratch/consumer"
cmake --install "$build" --component tsugi --prefix "$prefix" >/dev/null

# The folder moves: nothing installed may hold the prefix it was installed to.
mv "$prefix" "$scratch/moved.$$"
rm -rf "$scratch/moved"
mv "$scratch/moved.$$" "$scratch/moved"
prefix=$scratch/moved

expect() {  # answer
  case $1 in
    "tsugi 0.1.0: 5 items") ;;
    *) echo "unexpected answer: $1" >&2; exit 1 ;;
  esac
}

cmake -G Ninja -S "$here/consumer" -B "$scratch/consumer" -DCMAKE_PREFIX_PATH="$prefix" >/dev/null
cmake --build "$scratch/consumer" >/dev/null
expect "$("$scratch/consumer/consumer_c" "$model")"
expect "$("$scratch/consumer/consumer_cc" "$model")"

library_folder=$(dirname "$(find "$prefix" -name tsugi.pc)")
flags=$(PKG_CONFIG_PATH=$library_folder pkg-config --cflags --libs tsugi)
# shellcheck disable=SC2086  # several flags
cc "$here/consumer/consumer.c" $flags -o "$scratch/consumer_pkg_config"
expect "$(LD_LIBRARY_PATH=$(dirname "$library_folder") "$scratch/consumer_pkg_config" "$model")"
