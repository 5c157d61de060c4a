# ./dev bench [NAME…], sourced by ../dev: builds and runs the native benchmarks, one thread. Nothing else is built.
setup build log bench
if [[ $# -gt 0 ]]; then configure_and_build release "$@"; else configure_and_build release tsugi_bench; fi
for program in "$build"/release/bench/bench_*; do
  name=$(basename "$program")
  [[ -x $program ]] || continue
  [[ $# -eq 0 || " $* " == *" $name "* ]] || continue
  say "$name"
  inside "$program" --benchmark_repetitions="${REPETITIONS:-5}" --benchmark_report_aggregates_only=true
done
