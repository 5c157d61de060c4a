#ifndef TSUGI_MODEL_FORMAT_FILE_HEADER_H_
#define TSUGI_MODEL_FORMAT_FILE_HEADER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/status.h"

namespace tsugi {

inline constexpr uint32_t kFormatVersion = 1;
inline constexpr size_t kFileHeaderBytes = 64;
/// First bytes of every file. CR LF and ^Z show at once a copy that was treated as text.
inline constexpr std::array<uint8_t, 8> kFileMagic = {'t', 's', 'u', 'g', 'i', '\r', '\n', 0x1a};
/// Required feature: the encoder reads event times.
inline constexpr uint32_t kFeatureTimeGaps = 1u << 0;
// Bit 1 belongs to a part: IntentSpec::kRequiredFeatures.
/// Required feature: dense layers stand between item rows and the encoder.
inline constexpr uint32_t kFeatureProjection = 1u << 2;
/// Required feature: the encoder reads what was done or measured.
inline constexpr uint32_t kFeatureContexts = 1u << 3;
/// Required feature: matrices stored as rows of 4 bits.
inline constexpr uint32_t kFeatureInt4 = 1u << 4;
/// Required feature of every file: the spec has a table for each part. A file without this bit is
/// older than format version 1 as it stands, and another schema describes it.
inline constexpr uint32_t kFeatureParts = 1u << 5;
/// Required feature bits this reader understands, those of parts included; a file with any other is
/// refused.
uint32_t KnownRequiredFeatures();

/// The first 64 bytes of a file, little-endian, as drawn in FORMAT.md. Magic, version, feature bits
/// and header checksum keep their places in every version, so that any reader can refuse any file
/// politely.
struct FileHeader {
  uint32_t version = kFormatVersion;
  uint32_t metadata_bytes = 0;
  uint32_t required_features = kFeatureParts;   ///< an unknown bit: refuse
  uint32_t optional_features = 0;               ///< an unknown bit: ignore
  uint64_t metadata_offset = kFileHeaderBytes;  ///< from the file's begin, a multiple of 64
  uint64_t segment_base = 0;                    ///< from the file's begin, a multiple of 64
  uint64_t file_bytes = 0;
  uint64_t metadata_checksum = 0;

  /// Returns the header's bytes with magic and checksum.
  std::array<uint8_t, kFileHeaderBytes> Encode() const;

  /// Reads and checks the header of a whole file: after it metadata and segment base lie inside.
  /// Errors: kCorruptModel (not a model file: says what it looks like; damaged; truncated),
  ///         kVersionTooNew (newer version or unknown required feature),
  ///         kUnsupported (older than format version 1 as it stands).
  static Result<FileHeader> Decode(std::span<const uint8_t> file);
};

}  // namespace tsugi

#endif  // TSUGI_MODEL_FORMAT_FILE_HEADER_H_
