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
. "$top/.toolchain/npm_packages.sh"
. "$top/.toolchain/build_package.sh"
demo=${TSUGI_DEMO_DIR:-$cache/demo}
tsugi=$build/release/tsugi
mkdir -p "$demo"
say "1/8 building"
configure_and_build release tsugi_cli
say "2/8 default data: MovieLens from Debian's r-cran-dslabs"
[[ -s $demo/items.csv ]] || inside Rscript "$top/.toolchain/movielens.R" "$demo"
say "3/8 import"
[[ -s $demo/data/stats.json ]] || inside "$tsugi" import --format events --events "$demo/events.csv" \
  --items "$demo/items.csv" --user-column userId --item-column movieId --time-column timestamp \
  --value-column rating --item-id-column movieId --out "$demo/data"
# The browser's half is built while the model trains, which takes the time that it is given.
package_log=$build/package.log
say "4/8 train (two and a half minutes at most, then the parts that imagine films and read words), and build the engine for the browser beside it ($package_log)"
build_package >"$package_log" 2>&1 &
package_build=$!
trap 'kill "$package_build" 2>/dev/null || true' EXIT
if [[ ! -s $demo/run/metrics.json ]]; then
  resume=(); [[ -s $demo/run/checkpoint.pt ]] && resume=(--resume)
  [[ ${#resume[@]} -eq 0 ]] && rm -rf "$demo/run"
  inside "$tsugi" train --data "$demo/data" --preset intent --set item_tower.enabled=on \
    --set item_tower.id_mask=0.05 --set max_minutes=2.5 --set imagine.enabled=on --set imagine.steps=1500 \
    --set semantic_ids.enabled=on --set semantic_ids.codes=rqvae --set semantic_ids.width=64 \
    --set semantic_ids.layers=2 --set semantic_ids.epochs=6 --out "$demo/run" "${resume[@]}"
fi
say "5/8 export to int8 and evaluate the file beside the baselines"
[[ $demo/model.tsugi -nt $demo/run/metrics.json ]] ||
  inside "$tsugi" export --run "$demo/run" --weights int8 --out "$demo/model.tsugi"
[[ $demo/evaluation.txt -nt $demo/model.tsugi ]] ||
  { inside "$tsugi" evaluate --model "$demo/model.tsugi" --data "$demo/data" --baselines >"$demo/evaluation.tmp" &&
    mv "$demo/evaluation.tmp" "$demo/evaluation.txt"; }
cat "$demo/evaluation.txt"
say "6/8 a viewer who watched Toy Story, Apollo 13 and Star Wars: what next?"
inside "$tsugi" recommend "$demo/model.tsugi" --history "1 150 260" -k 10
printf '\nmodel file: %s (%s bytes)\n' "$demo/model.tsugi" "$(stat -c %s "$demo/model.tsugi")"
say "7/8 the engine for the browser and the npm package"
wait "$package_build" || { tail -n 30 "$package_log" >&2; exit 1; }
say "8/8 the film shelf"
npm_packages "$top/web_demo"
inside node "$top/web_demo/popular.mjs" "$demo/events.csv" >"$demo/popular.json"
inside node "$top/web_demo/build.mjs" --package "$package" --model "$demo/model.tsugi" \
  --popular "$demo/popular.json" --out "$demo/page"
[[ $serve == no ]] || inside node "$top/web_demo/serve.mjs" --folder "$demo/page" --port "$port"
