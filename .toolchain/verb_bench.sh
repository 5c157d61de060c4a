# ./dev bench [NAME…], sourced by ../dev: builds and runs the native benchmarks, one thread.
configure_and_build release
for program in "$build"/release/bench/*/bench_*; do
  name=$(basename "$program")
  [[ $# -eq 0 || " $* " == *" $name "* ]] || continue
  say "$name"
  inside "$program" --benchmark_repetitions="${REPETITIONS:-5}" --benchmark_report_aggregates_only=true
done
