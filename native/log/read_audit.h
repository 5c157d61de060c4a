#ifndef TSUGI_NATIVE_LOG_READ_AUDIT_H_
#define TSUGI_NATIVE_LOG_READ_AUDIT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/files/spill.h"

namespace tsugi {

/// Records the rows that readers rejected and the fields that they repaired, over all input files
/// of an import.
class ReadAudit {
 public:
  struct Reason {
    std::string reason;  ///< e.g. "no user"
    uint64_t count = 0;
    std::string example;  ///< the first such row as "file:line: text"
  };

  /// `spill` takes what of the rejected rows does not fit into memory; nullptr: all of it fits.
  explicit ReadAudit(Spill* spill = nullptr);

  /// Counts a row that was read, whether it is rejected later or not.
  void CountRow() { ++row_count_; }

  /// Counts a rejected row and keeps it for rejected.tsv, with its text cut to 240 bytes.
  void Reject(std::string_view file, uint64_t line, std::string_view reason, std::string_view text);

  /// Returns `field` if it is valid UTF-8. Otherwise converts it from Windows-1252 into `storage`,
  /// counts it and returns a view of `storage`.
  std::string_view Utf8(std::string_view field, std::string& storage);

  const std::vector<Reason>& reasons() const { return reasons_; }  ///< in order of first appearance
  uint64_t row_count() const { return row_count_; }
  uint64_t rejected_count() const { return rejected_count_; }
  /// The text of rejected.tsv: the header `file line reason text` and one line per rejected row.
  /// Tabs and line ends within a text are written as \t, \n and \r.
  std::string_view rejected_tsv() const { return {rejected_tsv_.data(), rejected_tsv_.size()}; }
  uint64_t latin1_field_count() const { return latin1_field_count_; }

 private:
  std::vector<Reason> reasons_;
  SpillVector<char> rejected_tsv_;
  uint64_t row_count_ = 0, rejected_count_ = 0;
  uint64_t latin1_field_count_ = 0;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_READ_AUDIT_H_
