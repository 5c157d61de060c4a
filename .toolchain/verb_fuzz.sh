# ./dev fuzz TARGET [--minutes N], sourced by ../dev: fuzzes one target with libFuzzer under AddressSanitizer
# and UndefinedBehaviorSanitizer. It goes on from the inputs that earlier runs kept in the cache, and adds what
# it did to tests/fuzz/RUNS.md. An input that fails is written next to them and named.
targets=$(sed -n 's/^tsugi_add_fuzz_target(NAME \([a-z]*\) .*/\1/p' "$top/tests/fuzz/CMakeLists.txt" | paste -sd ' ')
target=${1:-} minutes=10
[[ " $targets " == *" $target "* && -n $target ]] || {
  printf 'tsugi: ./dev fuzz TARGET [--minutes N]. Targets: %s\n' "$targets" >&2; exit 2; }
shift
while [[ $# -gt 0 ]]; do
  case $1 in
    --minutes) [[ ${2:-} =~ ^[0-9]+$ ]] || { say "--minutes needs a number"; exit 2; }; minutes=$2; shift 2 ;;
    *) printf "tsugi: './dev fuzz' does not know '%s'. Try: --minutes N\n" "$1" >&2; exit 2 ;;
  esac
done
setup build log test fuzz
configure_and_build fuzz "fuzz_$target"
program=$build/fuzz/tests/fuzz/fuzz_$target
corpus=$cache/fuzz/$target
mkdir -p "$corpus" "$build/fuzz_failures"
TSUGI_FUZZ_SEEDS=$corpus inside "$program"
log=$build/fuzz_$target.log
began=$SECONDS
status=0
say "$minutes min; the log is $log"
inside "$program" "$corpus" -max_total_time=$((minutes * 60)) -print_final_stats=1 -rss_limit_mb=4096 \
  -malloc_limit_mb=2048 -timeout=30 -max_len=65536 -artifact_prefix="$build/fuzz_failures/$target-" >"$log" 2>&1 || status=$?
grep -E 'ERROR|oracle|Test unit written' "$log" >&2 || true
executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
edges=$(grep -oE 'cov: [0-9]+' "$log" | tail -1 | cut -d' ' -f2)
found=$([[ $status -eq 0 ]] && echo none || echo "see $(basename "$log")")
printf '| %s | %s | %s | %s | %s | %s | %s |\n' "$target" "$(git -C "$top" rev-parse --short HEAD)" "${executions:-0}" \
  "$(((SECONDS - began) / 60)) min" "${edges:-?}" "$(find "$corpus" -type f | wc -l)" "$found" >>"$top/tests/fuzz/RUNS.md"
tail -1 "$top/tests/fuzz/RUNS.md"
exit "$status"
