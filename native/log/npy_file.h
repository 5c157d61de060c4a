#ifndef TSUGI_NATIVE_LOG_NPY_FILE_H_
#define TSUGI_NATIVE_LOG_NPY_FILE_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "native/log/byte_reader.h"

namespace tsugi {

/// Reads a table of numbers that NumPy saved (.npy, versions 1 to 3) row by row, also if the file
/// is packed. Numbers of 2, 4 or 8 bytes in either byte order become f32. Memory is that of some
/// rows.
///
/// Example: np.save("image.npy", vectors.astype("float32")), vectors of the shape [items, numbers].
class NpyFile {
 public:
  /// Whether the file, unpacked, starts as NumPy's files do. Errors: those of ByteReader.
  static Result<bool> Recognises(const std::filesystem::path& path);

  /// Reads the heading.
  /// Errors: those of ByteReader; kInvalidArgument for another type of numbers, Python objects,
  /// Fortran's order, other than 2 dimensions, or rows of 0 or more than `most_columns` numbers.
  static Result<NpyFile> Open(const std::filesystem::path& path, size_t most_columns);

  uint64_t rows() const { return rows_; }
  size_t columns() const { return columns_; }

  /// Fills row [columns()] with the next row; false at the end.
  /// Errors: kInvalidArgument if the file is shorter or longer than its heading says.
  Result<bool> Next(std::span<float> row);

 private:
  NpyFile(std::string name, ByteReader reader)
      : name_(std::move(name)), reader_(std::move(reader)) {}
  Status ReadHeading();
  Status ParseHeading(const std::string& heading);
  Result<size_t> ReadFully(char* target, size_t size);
  Status Fill();

  std::string name_;
  ByteReader reader_;
  uint64_t rows_ = 0, next_row_ = 0;
  size_t columns_ = 0, number_bytes_ = 0;
  bool is_big_endian_ = false;
  std::vector<char> bytes_;  // whole rows
  size_t begin_ = 0;         // of the next row in it
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_NPY_FILE_H_
