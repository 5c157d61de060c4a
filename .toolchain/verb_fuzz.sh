# ./dev fuzz coverage: the lines of the readers that the seeds, changes of them and the kept inputs reach.
# ./dev fuzz TARGET [--minutes N], sourced by ../dev: fuzzes one target with libFuzzer under AddressSanitizer
# and UndefinedBehaviorSanitizer. It goes on from the inputs that earlier runs kept in the cache, and adds what
# it did to tests/fuzz/RUNS.md. An input that fails is written next to them and named.
targets=$(sed -n 's/^tsugi_add_fuzz_target(NAME \([a-z]*\) .*/\1/p' "$top/tests/fuzz/CMakeLists.txt" | paste -sd ' ')

# What reads untrusted bytes.
readers=(model_format/{checksum,file_header,int4_rows,metadata_reader,reader}.cc core/saved_session.cc
  native/log native/dataset/{dataset,item_attributes,item_fields,item_metadata,item_texts,item_vectors}.cc
  native/dataset/{raw_log,word_vectors/word_file,word_vectors/word_json}.cc
  native/train/{config_field,train_config}.cc)

print_coverage() {
  setup build log test fuzz
  log_reader
  local target programs=() objects=() profiles=$build/coverage_profiles
  for target in $targets; do programs+=("fuzz_$target"); done
  configure_and_build coverage "${programs[@]}"
  rm -rf "$profiles" && mkdir -p "$profiles"
  for target in $targets; do
    objects+=(-object "$build/coverage/tests/fuzz/fuzz_$target")
    LLVM_PROFILE_FILE=$profiles/$target-%m.profraw inside "$build/coverage/tests/fuzz/fuzz_$target" \
      "$cache/fuzz/$target" 2>"$profiles/$target.log" >&2 || { cat "$profiles/$target.log" >&2; exit 1; }
  done
  inside llvm-profdata-19 merge -o "$profiles/all" "$profiles"/*.profraw
  inside llvm-cov-19 report -instr-profile="$profiles/all" -show-region-summary=0 -show-branch-summary=0 \
    "${objects[@]}" "${readers[@]/#/$top/}"
}

if [[ ${1:-} == coverage ]]; then print_coverage; exit; fi
target=${1:-} minutes=10
[[ " $targets " == *" $target "* && -n $target ]] || {
  printf 'tsugi: ./dev fuzz TARGET [--minutes N], or ./dev fuzz coverage. Targets: %s\n' "$targets" >&2; exit 2; }
shift
while [[ $# -gt 0 ]]; do
  case $1 in
    --minutes) [[ ${2:-} =~ ^[0-9]+$ ]] || { say "--minutes needs a number"; exit 2; }; minutes=$2; shift 2 ;;
    *) printf "tsugi: './dev fuzz' does not know '%s'. Try: --minutes N\n" "$1" >&2; exit 2 ;;
  esac
done
setup build log test fuzz
log_reader
configure_and_build fuzz "fuzz_$target"
program=$build/fuzz/tests/fuzz/fuzz_$target
corpus=$cache/fuzz/$target
mkdir -p "$corpus" "$build/fuzz_failures"
TSUGI_FUZZ_SEEDS=$corpus inside "$program"
log=$build/fuzz_$target.log
# The largest seed of a model has 70 KB. Text is short, or each change of it would move kilobytes.
longest=4096
[[ $target != model ]] || longest=81920
began=$SECONDS
status=0
say "$minutes min; the log is $log"
# Short stacks of allocations and a small quarantine: more executions; who repeats an input sees all of the stack.
export ASAN_OPTIONS=malloc_context_size=4:quarantine_size_mb=32
inside "$program" "$corpus" -max_total_time=$((minutes * 60)) -print_final_stats=1 -rss_limit_mb=4096 \
  -malloc_limit_mb=2048 -timeout=30 -max_len=$longest -artifact_prefix="$build/fuzz_failures/$target-" >"$log" 2>&1 || status=$?
grep -E 'ERROR|oracle|Test unit written' "$log" >&2 || true
executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
edges=$(grep -oE 'cov: [0-9]+' "$log" | tail -1 | cut -d' ' -f2)
found=$([[ $status -eq 0 ]] && echo none || echo "see $(basename "$log")")
printf '| %s | %s | %s | %s | %s | %s | %s |\n' "$target" "$(git -C "$top" rev-parse --short HEAD)" "${executions:-0}" \
  "$(((SECONDS - began) / 60)) min" "${edges:-?}" "$(find "$corpus" -type f | wc -l)" "$found" >>"$top/tests/fuzz/RUNS.md"
tail -1 "$top/tests/fuzz/RUNS.md"
exit "$status"
