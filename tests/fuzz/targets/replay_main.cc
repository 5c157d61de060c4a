// Runs a target without libFuzzer: its seeds, a fixed number of changes of them, and the inputs
// that once failed: PROGRAM FOLDER-OF-REGRESSIONS. In seconds, and the same on every machine.
#include <iterator>

#include "tests/fuzz/targets/fuzz_target.h"

namespace tsugi {
namespace {

constexpr uint64_t kChanges = 1000;

FuzzBytes Change(FuzzBytes input, Random& random) {
  for (uint64_t i = random.NextBelow(4); i < 4 && !input.empty(); ++i) {
    const size_t at = random.NextBelow(input.size());
    switch (random.NextBelow(4)) {
      case 0:
        input[at] ^= static_cast<uint8_t>(1u << random.NextBelow(8));
        break;
      case 1:
        input[at] = static_cast<uint8_t>(random.NextU64());
        break;
      case 2:
        input.erase(input.begin() + static_cast<ptrdiff_t>(at));
        break;
      default:
        input.insert(input.begin() + static_cast<ptrdiff_t>(at),
                     input[random.NextBelow(input.size())]);
        break;
    }
  }
  return input;
}

int Replay(const std::filesystem::path& regressions) {
  const std::vector<FuzzBytes> seeds = FuzzSeeds();
  for (const FuzzBytes& seed : seeds) FuzzOne(seed);
  for (uint64_t i = 0; i < kChanges; ++i) {
    Random random(i);
    FuzzBytes input = Change(seeds[random.NextBelow(seeds.size())], random);
    if (i % 4 != 0) FuzzRepair(input);
    FuzzOne(input);
  }
  size_t files = 0;
  if (std::filesystem::exists(regressions)) {
    for (const auto& entry : std::filesystem::directory_iterator(regressions)) {
      std::ifstream file(entry.path(), std::ios::binary);
      const FuzzBytes input(std::istreambuf_iterator<char>(file), {});
      FuzzOne(input);
      ++files;
    }
  }
  std::printf("%zu seeds, %llu changes, %zu regressions\n", seeds.size(),
              static_cast<unsigned long long>(kChanges), files);
  return 0;
}

}  // namespace
}  // namespace tsugi

int main(int argc, char** argv) { return tsugi::Replay(argc > 1 ? argv[1] : ""); }
