// libFuzzer's entry points around a target. With TSUGI_FUZZ_SEEDS the program writes the target's
// seeds into that folder and ends.
#include <cstring>

#include "tests/fuzz/targets/fuzz_target.h"

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
