#ifndef TSUGI_TESTS_NATIVE_LOG_TEMP_FILES_H_
#define TSUGI_TESTS_NATIVE_LOG_TEMP_FILES_H_

#include <gtest/gtest.h>
#include <stdlib.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace tsugi {

using Strings = std::vector<std::string>;

/// Passes if `part` occurs in `text`, and shows both if it does not.
inline ::testing::AssertionResult Holds(std::string_view text, std::string_view part) {
  if (text.find(part) != std::string_view::npos) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "\"" << text << "\" does not hold \"" << part << "\"";
}

/// A fresh directory for one test's files, removed with everything in it at the end.
class TempFiles {
 public:
  TempFiles() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tsugi_test_XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  ~TempFiles() { std::filesystem::remove_all(root_); }
  TempFiles(const TempFiles&) = delete;
  TempFiles& operator=(const TempFiles&) = delete;

  std::filesystem::path path(std::string_view name) const { return root_ / name; }

  std::filesystem::path Write(std::string_view name, std::string_view text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }

  std::filesystem::path WriteGzip(std::string_view name, std::string_view text) const {
    const gzFile file = gzopen(path(name).c_str(), "wb");
    gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
    return path(name);
  }

  static std::string Read(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
  }

 private:
  std::filesystem::path root_;
};

}  // namespace tsugi

#endif  // TSUGI_TESTS_NATIVE_LOG_TEMP_FILES_H_
