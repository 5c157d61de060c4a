# build_package, sourced by the verbs: both WebAssembly builds of the engine and the npm package around them,
# in $package.
package=$build/package
build_package() {
  configure_and_build wasm tsugi_wasm
  configure_and_build wasm-relaxed tsugi_wasm
  inside node "$top/wasm/build.mjs" --tools "$build/package_tools" --simd "$build/wasm/tsugi.simd.wasm" \
    --relaxed "$build/wasm-relaxed/tsugi.relaxed.wasm" --sources "$cache/sources" --out "$package"
}
