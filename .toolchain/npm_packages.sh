# npm_packages FOLDER, sourced by the verbs: installs what FOLDER/package-lock.json lists, once per lockfile.
npm_packages() {
  local folder=$1 stamp
  stamp=$(sha256sum "$folder/package-lock.json" | cut -d' ' -f1)
  [[ $(cat "$folder/node_modules/.tsugi-stamp" 2>/dev/null || true) == "$stamp" ]] && return 0
  inside npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  printf '%s' "$stamp" >"$folder/node_modules/.tsugi-stamp"
}
