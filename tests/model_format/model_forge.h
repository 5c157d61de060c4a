#ifndef TSUGI_TESTS_MODEL_FORMAT_MODEL_FORGE_H_
#define TSUGI_TESTS_MODEL_FORMAT_MODEL_FORGE_H_

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "model_format/file_header.h"
#include "model_format/reader.h"
#include "model_format/schema/model_generated.h"

namespace tsugi {

/// Takes a model file apart, lets a test change any part, and puts it together with checksums that
/// fit, so that the deep checks are reached. Any value may be a lie but the header's and segments'
/// checksums.
struct ForgedModel {
  FileHeader header;
  fbs::ModelT metadata;
  std::vector<uint8_t> segment_area;

  /// Takes apart the golden model of that name. Requires: the name is known.
  static ForgedModel FromGolden(std::string_view name);
  static ForgedModel FromBytes(std::span<const uint8_t> file);

  /// The tensor of that name. Requires: there is one.
  fbs::TensorT& tensor(std::string_view name);
  /// The string table of that name. Requires: there is one.
  fbs::StringTableT& strings(std::string_view name);
  void RemoveStrings(std::string_view name);
  /// Writes `value` at byte `at` of a segment.
  template <typename T>
  void Put(const fbs::SegmentT& segment, size_t at, T value) {
    std::memcpy(segment_area.data() + segment.offset + at, &value, sizeof(T));
  }

  /// Recomputes the checksum of every segment that lies in the file.
  void FixSegmentChecksums();
  /// Puts the file together: metadata packed again, places and checksums of header made to fit.
  std::vector<uint8_t> Assemble();
};

/// Computes the header's and the metadata's checksums of `file` again, wherever the header says
/// they lie.
void FixChecksums(std::vector<uint8_t>& file);

/// Copies `file` into a buffer of exactly its size and reads it.
Result<Model> ReadCopy(std::span<const uint8_t> file, const ReadLimits& limits = {});

/// Bytes of the golden model of that name.
std::vector<uint8_t> GoldenBytes(std::string_view name);

/// Largest single `operator new` since the last reset, of the whole program.
size_t LargestAllocation();
void ResetLargestAllocation();

}  // namespace tsugi

#endif  // TSUGI_TESTS_MODEL_FORMAT_MODEL_FORGE_H_
