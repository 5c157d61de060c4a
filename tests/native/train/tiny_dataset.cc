#include "tests/native/train/tiny_dataset.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>

#include "core/base/random.h"
#include "native/dataset/import.h"

namespace tsugi::train {

TinyDataset::TinyDataset(const std::vector<std::string>& lines,
                         const std::vector<std::string>& times) {
  static std::atomic<int> counter{0};
  folder_ = std::filesystem::temp_directory_path() /
            ("tsugi-train-test-" + std::to_string(getpid()) + "-" + std::to_string(counter++));
  std::filesystem::create_directories(folder_);
  {
    std::ofstream log(folder_ / "log.txt");
    for (const auto& line : lines) log << line << '\n';
  }
  ImportOptions options;
  options.format = LogFormat::kSequences;
  options.events = {folder_ / "log.txt"};
  if (!times.empty()) {
    std::ofstream file(folder_ / "times.txt");
    for (const auto& line : times) file << line << '\n';
    options.times = folder_ / "times.txt";
  }
  options.out = folder_ / "data";
  const auto imported = ImportLog(options);
  EXPECT_TRUE(imported.ok()) << imported.status().message();
  auto opened = Dataset::Open(options.out);
  EXPECT_TRUE(opened.ok()) << opened.status().message();
  dataset_ = std::make_unique<Dataset>(std::move(opened).value());
}

TinyDataset::~TinyDataset() {
  dataset_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::vector<std::string> ChainLog(int users, int items, int length, uint64_t seed) {
  Random random(seed);
  std::vector<std::string> lines;
  for (int user = 0; user < users; ++user) {
    std::string line = "u" + std::to_string(user);
    uint64_t item = random.NextBelow(items);
    for (int i = 0; i < length; ++i) {
      line += " " + std::to_string(100 + item);
      item = random.NextUniform() < 0.9 ? (item + 1) % items : random.NextBelow(items);
    }
    lines.push_back(line);
  }
  return lines;
}

}  // namespace tsugi::train
