# ./dev test [--full [PIECE…]], sourced by ../dev. The quick tier is what every change must pass; a piece is
# what is heavy and rarely breaks, at most 85 minutes on two cores. Together they run everything.

run_ctest() {  # preset [ctest options…]
  local preset=$1; shift
  inside ctest --test-dir "$build/$preset" --output-on-failure --no-tests=error "$@"
}

test_package() {  # [TEST…]: the npm package, built before
  inside node "$top/tests/package/run.mjs" --package "$package" --tools "$build/package_test_tools" "$@"
}

quick_tier() {
  setup build log demo test
  log_reader
  say "1/4 the engine in WebAssembly under Node, and the npm package"
  configure_and_build wasm
  run_ctest wasm
  build_package
  say "2/4 everything native, and the page in Chromium"
  npm_packages "$top/web_demo"
  configure_and_build release
  run_ctest release -LE full
  "$top/tests/rules/host_binds_test.sh" "$top/dev"
  say "3/4 the code that reads untrusted bytes, under ASan and UBSan"
  configure_and_build dev tsugi_untrusted_tests
  run_ctest dev -L untrusted -j "${JOBS:-$(nproc)}"
  say "4/4 the npm package in Node, in bundlers and in Chromium"
  test_package $(quick_package_tests)
}

# Left to the piece `package`: they take longest and change least.
quick_package_tests() {
  local test
  for test in "$top"/tests/wasm/src/*.test.mjs "$top"/tests/package/*.test.mjs; do
    case $(basename "$test") in endurance.* | lint.*) ;; *) printf '%s\n' "$test" ;; esac
  done
}

piece_native() {  # the tests that are labelled `full`, and that the benchmarks still compile
  setup build log demo test bench
  log_reader
  configure_and_build release
  configure_and_build release tsugi_bench
  run_ctest release -L full -LE browsers
}
piece_browsers() {  # package and page in Firefox and WebKitGTK
  setup build log demo test browsers
  log_reader
  build_package
  npm_packages "$top/web_demo"
  configure_and_build release
  run_ctest release -L browsers
}
piece_sanitizers() {  # engine, C ABI, file format and data path; LibTorch itself is not instrumented
  setup build log demo test
  log_reader
  configure_and_build dev
  run_ctest dev -j "${JOBS:-$(nproc)}"
}
piece_reference() {  # the plain reference kernels carry everything
  setup build log demo test
  log_reader
  configure_and_build reference
  run_ctest reference -j "${JOBS:-$(nproc)}"
}
piece_faults() {  # every operation on files of every command that writes fails, is cut short, or is the last
  setup build log demo test
  log_reader
  configure_and_build release
  inside env TSUGI="$build/release/tsugi" node "$top/tests/faults/faults.mjs" \
    --shim "$build/release/tests/faults/libfile_faults.so"
}
piece_relaxed() {  # the other WebAssembly build under Node; its parity test compares it with SIMD128
  setup build log demo test
  log_reader
  configure_and_build wasm
  configure_and_build wasm-relaxed
  run_ctest wasm-relaxed
}
piece_threads() {  # one model in several threads, under TSan
  setup build log test
  configure_and_build tsan golden_test
  run_ctest tsan -R '^golden_test$'
}
piece_wasm() {  # the golden cases in WebAssembly, under ASan and UBSan
  setup build demo test
  configure_and_build wasm-asan
  run_ctest wasm-asan
}
piece_package() {  # every test of the npm package
  setup build log demo test
  log_reader
  build_package
  test_package
}

# Runs a piece and writes its report, which may be committed: commit, machine, time, figures, result.
full_piece() {
  local piece=$1 log=$build/full_$1.log start=$SECONDS result=passed
  mkdir -p "$build" "$top/tests/reports"
  say "piece $piece (log: $log)"
  set +e
  (set -e; "piece_$piece") 2>&1 | tee "$log"
  [[ ${PIPESTATUS[0]} -eq 0 ]] || result=FAILED
  set -e
  {
    printf '# %s: %s\n\n' "$piece" "$result"
    printf '`./dev test --full %s` of commit %s on %s, %s cores, took %d min %02d s.\n\n' "$piece" "$commit" \
      "$(date -u +%Y-%m-%d)" "$(nproc)" $(((SECONDS - start) / 60)) $(((SECONDS - start) % 60))
    # What CTest and Node count, and the slowest tests.
    printf '```\n'
    sed 's/\x1b\[[0-9;]*m//g' "$log" |
      grep -E '^\||^(100|[0-9]{1,2})% tests passed|^Total Test time|^. (tests|pass|fail|skipped|duration_ms) [0-9]|\*\*\*Failed|\*\*\*Timeout' || true
    sed -nE 's/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: ([^ ]+) \.+ *(Passed|\*\*\*[A-Za-z]+) +([0-9.]+) sec.*/\3 s \1/p' "$log" |
      sort -rn | head -n 10
    printf '```\n'
  } >"$top/tests/reports/$piece.md"
  say "piece $piece $result: tests/reports/$piece.md"
  [[ $result == passed ]] || failed+=("$piece")
}

if [[ ${1:-} == --full ]]; then
  shift
  known=$(pieces)
  [[ $# -gt 0 ]] || read -ra known_list <<<"$known"
  [[ $# -gt 0 ]] || set -- "${known_list[@]}"
  for piece; do
    [[ " $known" == *" $piece "* ]] || {
      printf "tsugi: './dev test --full' has no piece '%s'. Try: %s\n" "$piece" "$known" >&2; exit 2; }
  done
  failed=()
  commit=$(git -C "$top" describe --always --dirty --abbrev=12 2>/dev/null || echo unknown)
  for piece; do full_piece "$piece"; done
  [[ ${#failed[@]} -eq 0 ]] || { say "failed: ${failed[*]}"; exit 1; }
elif [[ $# -gt 0 ]]; then
  printf "tsugi: './dev test' does not know '%s'. Try: ./dev test --full %s\n" "$1" "$(pieces)" >&2
  exit 2
else
  quick_tier
fi
