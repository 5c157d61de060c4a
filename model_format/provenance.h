#ifndef TSUGI_MODEL_FORMAT_PROVENANCE_H_
#define TSUGI_MODEL_FORMAT_PROVENANCE_H_

#include <cstdint>
#include <string>

namespace tsugi {

/// Where a model comes from. Free text, printed by `inspect`, never needed to run the model.
struct Provenance {
  std::string tsugi_version;  ///< of the program that wrote the file, e.g. "0.1.0"
  std::string data_hash;      ///< content hash of the imported data set, hex
  std::string config;         ///< training configuration, TOML or JSON
  uint64_t seed = 0;
  std::string metrics;    ///< JSON object; may be empty
  int64_t created_s = 0;  ///< unix seconds; 0 = not recorded. Given by the caller: writing is pure

  friend bool operator==(const Provenance&, const Provenance&) = default;
};

}  // namespace tsugi

#endif  // TSUGI_MODEL_FORMAT_PROVENANCE_H_
