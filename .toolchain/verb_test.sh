# ./dev test, sourced by ../dev: builds and runs every test. The sanitized build holds the code that reads
# untrusted bytes; LibTorch itself is not instrumented, so the trainer is tested in the release build.
say "1/3 engine, file format and data path under ASan and UBSan"
configure_and_build dev
inside ctest --test-dir "$build/dev" --output-on-failure --no-tests=error -j "${JOBS:-$(nproc)}"
say "2/3 the plain reference kernels carry everything"
configure_and_build reference
inside ctest --test-dir "$build/reference" --output-on-failure --no-tests=error -j "${JOBS:-$(nproc)}"
say "3/3 everything, optimised"
. "$top/.toolchain/npm_packages.sh"
. "$top/.toolchain/build_package.sh"
build_package
npm_packages "$top/web_demo"
configure_and_build release
inside ctest --test-dir "$build/release" --output-on-failure --no-tests=error
