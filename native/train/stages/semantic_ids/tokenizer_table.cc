#include "native/train/stages/semantic_ids/tokenizer_table.h"

#include <nlohmann/json.hpp>

#include "native/report/text.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

Json CodeRowJson(const TokenizerRow& row) {
  return {{"name", row.name},
          {"used", row.usage.used},
          {"entropy_bits", row.usage.entropy_bits},
          {"distinct", row.usage.distinct},
          {"shared_before_repair", row.shared},
          {"collapsed", row.usage.is_collapsed},
          {"kept_variance", row.kept},
          {"neighbours",
           {{"pairs", row.agreement.pairs},
            {"shared_levels", row.agreement.shared_levels},
            {"random_levels", row.agreement.random_levels},
            {"correlation", row.agreement.correlation},
            {"standard_error", row.agreement.standard_error}}},
          {"codes_to_text",
           {{"items", row.retrieval.items},
            {"recall@1", row.retrieval.recall_at_1},
            {"recall@10", row.retrieval.recall_at_10}}}};
}

/// One cell for all four levels, since a level alone says little about an id.
std::string Levels(const auto& values, int digits) {
  std::string text;
  for (const auto value : values) {
    text += (text.empty() ? "" : " ") + FixedText(static_cast<double>(value), digits);
  }
  return text;
}

}  // namespace

// One seed for all tokenizers: they are held against the same random pairs and the same held-out
// items, so their rows can be compared.
TokenizerRow MeasureTokenizer(const std::string& name, const train::Tokenization& items,
                              const ItemPairs& pairs, uint64_t seed) {
  TokenizerRow row{name,
                   MeasureUsage(items.ids),
                   items.shared,
                   items.reconstruction,
                   MeasureAgreement(items.ids, pairs, seed),
                   {}};
  // Without texts there is no text space to retrieve in.
  if (items.space.items.defined()) {
    row.retrieval =
        train::MeasureTextRetrieval(items.ids, items.codebooks, items.space.items, seed);
  }
  return row;
}

std::string FormatTokenizersTable(const std::vector<TokenizerRow>& rows) {
  std::vector<std::vector<std::string>> lines = {
      {"tokenizer", "codes used", "bits", "ids", "shared before repair", "variance kept",
       "neighbours r (s.e.)", "codes to text R@1", "R@10"}};
  for (const TokenizerRow& row : rows) {
    lines.push_back(
        {row.name + (row.usage.is_collapsed ? " COLLAPSED" : ""), Levels(row.usage.used, 0),
         Levels(row.usage.entropy_bits, 2), std::to_string(row.usage.distinct),
         std::to_string(row.shared), FixedText(row.kept, 3),
         FixedText(row.agreement.correlation, 4) + " (" +
             FixedText(row.agreement.standard_error, 4) + ")",
         FixedText(row.retrieval.recall_at_1, 4), FixedText(row.retrieval.recall_at_10, 4)});
  }
  return AlignText(lines);
}

std::string FormatTokenizersJson(const std::string& out, const std::vector<TokenizerRow>& rows) {
  Json json = Json::array();
  for (const TokenizerRow& row : rows) json.push_back(CodeRowJson(row));
  return Json{{"out", out}, {"tokenizers", json}}.dump(2) + "\n";
}

}  // namespace tsugi
