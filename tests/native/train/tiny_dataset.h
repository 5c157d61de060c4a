#ifndef TSUGI_TESTS_NATIVE_TRAIN_TINY_DATASET_H_
#define TSUGI_TESTS_NATIVE_TRAIN_TINY_DATASET_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "native/dataset/dataset.h"
#include "native/dataset/import.h"
#include "tests/native/log/temp_files.h"

namespace tsugi {

/// An imported log in a folder of its own, removed at the end.
class TinyDataset {
 public:
  /// lines: "user item item ..."; times: "user time time ..." of each, or none.
  explicit TinyDataset(const std::vector<std::string>& lines,
                       const std::vector<std::string>& times = {}) {
    ImportOptions options;
    options.format = LogFormat::kSequences;
    options.events = {Write("log.txt", lines)};
    if (!times.empty()) options.times = Write("times.txt", times);
    Import(options);
  }
  /// csv: a header and an event a line; `options` say which columns it has.
  TinyDataset(ImportOptions options, std::string_view csv) {
    options.events = {files_.Write("log.csv", csv)};
    options.min_count = 1;
    Import(options);
  }

  const Dataset& dataset() const { return *dataset_; }
  std::filesystem::path folder() const { return files_.path(""); }

 private:
  std::filesystem::path Write(std::string_view name, const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return files_.Write(name, text);
  }
  void Import(ImportOptions& options) {
    options.out = files_.path("data");
    const auto imported = ImportLog(options);
    EXPECT_TRUE(imported.ok()) << imported.status().message();
    auto opened = Dataset::Open(options.out);
    EXPECT_TRUE(opened.ok()) << opened.status().message();
    dataset_.emplace(*std::move(opened));
  }

  TempFiles files_;
  std::optional<Dataset> dataset_;
};

/// `users` sequences over `items` items in which item i is followed by i + 1 nine times in ten, so
/// that a model can learn the next item. Seeded.
inline std::vector<std::string> ChainLog(int users, int items, int length, uint64_t seed) {
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

}  // namespace tsugi

#endif  // TSUGI_TESTS_NATIVE_TRAIN_TINY_DATASET_H_
