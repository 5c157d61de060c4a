// The entry points around a target, of libFuzzer or of a program without it.
#include <cstring>
#include <iterator>

#include "tests/fuzz/targets/fuzz_target.h"

#ifdef TSUGI_LIBFUZZER

// With TSUGI_FUZZ_SEEDS the program writes the target's seeds into that folder and ends.
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* folder = std::getenv("TSUGI_FUZZ_SEEDS");
  if (folder == nullptr) return 0;
  int number = 0;
  for (const tsugi::FuzzBytes& seed : tsugi::FuzzSeeds()) {
    std::ofstream(std::filesystem::path(folder) / ("seed-" + std::to_string(number++)),
                  std::ios::binary)
        .write(reinterpret_cast<const char*>(seed.data()),
               static_cast<std::streamsize>(seed.size()));
  }
  std::exit(0);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  tsugi::FuzzOne({data, size});
  return 0;
}

// Three of four changes are repaired. The others test the checksums themselves.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned int seed) {
  size = LLVMFuzzerMutate(data, size, max_size);
  if (seed % 4 == 0) return size;
  tsugi::FuzzBytes input(data, data + size);
  tsugi::FuzzRepair(input);
  if (input.size() > max_size) return size;
  std::memcpy(data, input.data(), input.size());
  return input.size();
}

#else

// Without libFuzzer: its seeds, a fixed number of changes of them, and the inputs that once failed:
// PROGRAM FOLDER-OF-REGRESSIONS. In seconds, and the same on every machine.
namespace tsugi {
namespace {

constexpr uint64_t kChanges = TSUGI_FUZZ_CHANGES;

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

#endif
