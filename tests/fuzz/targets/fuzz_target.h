#ifndef TSUGI_TESTS_FUZZ_TARGETS_FUZZ_TARGET_H_
#define TSUGI_TESTS_FUZZ_TARGETS_FUZZ_TARGET_H_

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"

// What a fuzz target defines. fuzz_main.cc has libFuzzer's own entry points; a build
// without it runs the seeds, changes of them, and the inputs in regressions/.

namespace tsugi {

using FuzzBytes = std::vector<uint8_t>;

/// Inputs to start from, tiny: they are copied thousands of times a second. Made by code, so that
/// they follow the formats.
std::vector<FuzzBytes> FuzzSeeds();

/// Feeds one input to the code. Aborts if an oracle does not hold (Require).
void FuzzOne(std::span<const uint8_t> input);

/// Makes checksums fit after `input` was changed, so that the code behind them is reached. A target
/// without checksums does nothing.
void FuzzRepair(FuzzBytes& input);

/// The three functions of one target in a file of several.
struct FuzzTarget {
  std::vector<FuzzBytes> (*seeds)();
  void (*one)(std::span<const uint8_t> input);
  void (*repair)(FuzzBytes& input);
};

/// Ends the program if an oracle does not hold; the fuzzer then keeps the input.
inline void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "oracle: %s\n", what);
  std::abort();
}

inline FuzzBytes BytesOf(std::string_view text) { return {text.begin(), text.end()}; }

/// A folder of this process in memory, emptied by Clear and when the program ends.
class FuzzFolder {
 public:
  FuzzFolder() {
    const auto memory = std::filesystem::path("/dev/shm");
    folder_ = (std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path()) /
              ("tsugi-fuzz-" + std::to_string(getpid()));
    Clear();
  }
  ~FuzzFolder() { std::filesystem::remove_all(folder_); }
  void Clear() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  std::filesystem::path Write(const std::string& name, std::span<const uint8_t> bytes) const {
    std::ofstream(folder_ / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return folder_ / name;
  }
  std::filesystem::path path(const std::string& name) const { return folder_ / name; }

 private:
  std::filesystem::path folder_;
};

}  // namespace tsugi

#endif  // TSUGI_TESTS_FUZZ_TARGETS_FUZZ_TARGET_H_
