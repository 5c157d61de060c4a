# ./dev test, sourced by ../dev: builds and runs every test. The sanitized build holds the code that reads
# untrusted bytes; LibTorch itself is not instrumented, so the trainer is tested in the release build.
say "1/5 engine, C ABI, file format and data path under ASan and UBSan"
configure_and_build dev
inside ctest --test-dir "$build/dev" --output-on-failure --no-tests=error -j "${JOBS:-$(nproc)}"
say "2/5 the plain reference kernels carry everything"
configure_and_build reference
inside ctest --test-dir "$build/reference" --output-on-failure --no-tests=error -j "${JOBS:-$(nproc)}"
say "3/5 the engine in WebAssembly under Node"
. "$top/.toolchain/build_package.sh"
for preset in wasm wasm-relaxed; do
  configure_and_build "$preset"
  inside ctest --test-dir "$build/$preset" --output-on-failure --no-tests=error
done
say "4/5 the npm package: Node, bundlers, pages in Chromium"
build_package
inside node "$top/tests/package/run.mjs" --package "$package" --tools "$build/package_test_tools"
say "5/5 everything, optimised"
. "$top/.toolchain/npm_packages.sh"
npm_packages "$top/web_demo"
configure_and_build release
inside ctest --test-dir "$build/release" --output-on-failure --no-tests=error
