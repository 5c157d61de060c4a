#!/usr/bin/env bash
# The price of a part: applies toy_part.patch to a copy of the sources, builds the command line without the
# trainer, runs the new verb, and checks that the patch touches the files of the recipe in
# core/parts/README.md and no others. Usage: toy_part_test.sh SOURCES SCRATCH_FOLDER
set -euo pipefail
sources=$1 copy=$2/copy
patch_file=$sources/tests/rules/toy_part/toy_part.patch
fail() { echo "toy part: $1" >&2; exit 1; }

# The files that the numbered steps of the recipe name.
recipe=$(sed -n '/^## Adding a part/,/^Where a part needs it/p' "$sources/core/parts/README.md" |
  grep -E '^([0-9]+\.|  ) ' | grep -o '`[^`]*`' | tr -d '`' | sed 's/<part>/toy/g' | sort)
touched=$(sed -n 's|^+++ b/||p' "$patch_file" | sort)
diff <(echo "$recipe") <(echo "$touched") >&2 || fail 'the patch (>) does not touch the files of the recipe (<)'

rm -rf "$copy" && mkdir -p "$copy"
cp -r "$sources"/{CMakeLists.txt,.toolchain,core,model_format,native} "$copy"
# As outside of a repository, where paths are relative to the folder.
(cd "$copy" && GIT_CEILING_DIRECTORIES=$2 git apply "$patch_file") ||
  fail 'the patch does not apply. Try: apply it by hand, build, and store the difference'
cmake -S "$copy" -B "$copy/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_UNITY_BUILD=ON \
  -DTSUGI_BUILD_TRAINER=OFF -DTSUGI_BUILD_TESTS=OFF -DTSUGI_BUILD_BENCH=OFF >/dev/null
cmake --build "$copy/build" --target tsugi_cli >/dev/null

# A model file gets the toy, and its session answers: factor 3 is three times factor 1.
model=$sources/tests/golden/models/v1/gated_f32.tsugi
ask() { "$copy/build/tsugi" toy "$model" --history 次 --factor "$1" --out "$copy/toy.tsugi"; }
one=$(ask 1) three=$(ask 3)
awk -v a="$one" -v b="$three" 'BEGIN { d = b - 3 * a; exit !(a != 0 && d < 1e-4 && d > -1e-4) }' ||
  fail "factor 1 answers $one, factor 3 $three"
# What follows by itself: the reader, the capability, the field and the tensor.
shown=$("$copy/build/tsugi" inspect "$copy/toy.tsugi" --json | tr -d ' \n')
for part in '"item_titles","toy"]' '"toy":{"factor":3}' '"name":"toy.row","dtype":"f32"'; do
  [[ $shown == *"$part"* ]] || fail "inspect shows no $part: $shown"
done
! "$copy/build/tsugi" toy "$model" --history 次 --factor 101 --out "$copy/no.tsugi" 2>"$copy/error" ||
  fail 'factor 101 is beyond the limit of the field'
grep -q 'spec.toy.factor: 101, expected 1 to 100' "$copy/error" || fail "$(cat "$copy/error")"
rm -rf "$copy"
echo 'toy part: added, asked, inspected'
