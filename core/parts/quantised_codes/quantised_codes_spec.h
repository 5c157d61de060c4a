#ifndef TSUGI_CORE_PARTS_QUANTISED_CODES_QUANTISED_CODES_SPEC_H_
#define TSUGI_CORE_PARTS_QUANTISED_CODES_QUANTISED_CODES_SPEC_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/model/spec_visitor.h"

namespace tsugi {

/// The part `quantised_codes`: 4-bit codes of every item row, which narrow a large catalogue down
/// before rows are read (core/parts/quantised_codes/code_ranker.h).
struct QuantisedCodesSpec {
  uint32_t count = 4;       ///< m, codes per item: a multiple of 4, at most W
  uint32_t candidates = 1;  ///< items that get an exact score for a list of 10

  // What a part's spec offers: core/model/parts.h.
  static constexpr char kName[] = "quantised_codes";
  static constexpr uint32_t kRequiredFeatures = 0;
  static constexpr bool kComesFirst = false;
  void VisitFields(SpecVisitor& visitor);
  static Status CheckSpec(const ModelSpec& model);
  static void AddTensors(const ModelSpec& model, TensorTableBuilder& table);
  static void AddStrings(const ModelSpec& model, std::vector<StringsEntry>& table);
  static Status CheckView(const ModelView& view);
  static void AddCapabilities(const ModelSpec& model, std::vector<std::string_view>& names);
  bool operator==(const QuantisedCodesSpec&) const = default;
};

/// [ceil(N / 64) * 2, 16 m] u8, blocks of 32 items (core/kernels/scan_block.h).
inline constexpr char kItemCodes[] = "quantised_codes.codes";
/// [W, 16 m] f32, column 16 j + codeword.
inline constexpr char kItemCodebooks[] = "quantised_codes.codebooks";

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_QUANTISED_CODES_QUANTISED_CODES_SPEC_H_
