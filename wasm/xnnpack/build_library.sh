#!/bin/sh
# Builds XNNPACK for WebAssembly into a directory that every checkout of the user shares.
# Usage: build_library.sh DIRECTORY RELAXED(ON|OFF) XNNPACK PTHREADPOOL FP16 FXDIV (source folders).
# Leaves DIRECTORY/libxnnpack.a. A finished directory is left alone, so the caller's name for it must
# hold everything that matters: versions, flags, recipe.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
directory=$1
mkdir -p "$directory"
exec 9>"$directory/build.lock"
flock 9
[ -f "$directory/libxnnpack.a" ] && exit 0

emcmake cmake -G Ninja -S "$here" -B "$directory/build" -DCMAKE_BUILD_TYPE=None -DRELAXED_SIMD="$2" \
  -DXNNPACK_SOURCE="$3" -DPTHREADPOOL_SOURCE="$4" -DFP16_SOURCE="$5" -DFXDIV_SOURCE="$6" \
  -DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >"$directory/build.log" 2>&1 &&
  cmake --build "$directory/build" --parallel "${JOBS:-$(nproc)}" >>"$directory/build.log" 2>&1 || {
  echo "building XNNPACK failed; the end of $directory/build.log:" >&2
  tail -n 30 "$directory/build.log" >&2
  exit 1
}
mv "$directory/build/libxnnpack.a" "$directory/libxnnpack.a"
rm -rf "$directory/build"
