#include "native/semantic_ids/semantic_ids.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "core/base/random.h"
#include "native/files/whole_file.h"

namespace tsugi {
namespace {

constexpr char kHeader[] = "item\tu\tv\tx\ty";

std::string ItemName(const StringTableView& item_ids, size_t item) {
  return item_ids.size() > 0 ? std::string(item_ids[item]) : std::to_string(item);
}

// Parses an item and its codes. Returns nothing if the line has not five columns of the right kind.
// Splits from the end, because an item id may contain tabs.
std::optional<std::pair<std::string, SemanticId>> ParseLine(const std::string& line) {
  size_t end = line.size();
  SemanticId id;
  for (size_t level = kCodeLevels; level-- > 0;) {
    const size_t tab = end == 0 ? std::string::npos : line.rfind('\t', end - 1);
    if (tab == std::string::npos) return std::nullopt;
    const char* last = line.data() + end;
    const auto [stop, error] = std::from_chars(line.data() + tab + 1, last, id[level]);
    if (error != std::errc() || stop != last) return std::nullopt;
    end = tab;
  }
  return std::pair(line.substr(0, end), id);
}

}  // namespace

// Levels before the first difference. Codes after it say nothing: their codebooks refine different
// residuals.
size_t SharedLevels(const SemanticId& a, const SemanticId& b) {
  return static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin()).first - a.begin());
}

// Replaced as a whole, so that no reader ever meets half a file.
Status WriteSemanticIds(const std::filesystem::path& path, const StringTableView& item_ids,
                        const SemanticIds& ids) {
  // Text, because other tools should read it: one line per item, codes as decimal numbers.
  std::ostringstream file;
  file << kHeader << '\n';
  for (size_t i = 0; i < ids.size(); ++i) {
    file << ItemName(item_ids, i);
    for (const uint8_t code : ids[i]) file << '\t' << int{code};
    file << '\n';
  }
  const std::string text = std::move(file).str();
  return WriteWholeFile(path, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

Result<SemanticIds> ReadSemanticIds(const std::filesystem::path& path,
                                    const StringTableView& item_ids, size_t item_count) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  if (!file || !std::getline(file, line)) {
    return NotFound(path.string() + ": no semantic ids here. Try: tsugi tokenize --out FILE");
  }
  std::map<std::string, size_t> items;
  for (size_t i = 0; i < item_count; ++i) items.emplace(ItemName(item_ids, i), i);
  // Items are erased as their lines are read: what remains at the end has no line.
  std::map<SemanticId, std::string> owners;
  SemanticIds ids(item_count);
  for (size_t number = 2; std::getline(file, line); ++number) {
    const auto fail = [&](const std::string& what) {
      return InvalidArgument(path.string() + ":" + std::to_string(number) + ": " + what);
    };
    const auto parsed = ParseLine(line);
    if (!parsed) return fail("expected an item and four codes of 0 to 255, separated by tabs");
    const auto item = items.find(parsed->first);
    if (item == items.end()) {
      return fail("item '" + parsed->first.substr(0, 100) +
                  "' is not in the catalogue or has an earlier line");
    }
    // Two items with one id could not be told apart when the id is generated.
    const auto [owner, is_new] = owners.emplace(parsed->second, parsed->first);
    if (!is_new) return fail("the codes of item '" + owner->second.substr(0, 100) + "' again");
    ids[item->second] = parsed->second;
    items.erase(item);
  }
  if (items.empty()) return ids;
  return InvalidArgument(path.string() + ": no line for item '" +
                         items.begin()->first.substr(0, 100) + "' and " +
                         std::to_string(items.size() - 1) +
                         " more. Try: tsugi tokenize with the data set of this catalogue");
}

CodeUsage MeasureUsage(const SemanticIds& ids) {
  CodeUsage usage;
  const auto count = static_cast<double>(ids.size());
  for (size_t level = 0; level < kCodeLevels; ++level) {
    std::array<size_t, kLevelCodes> counts = {};
    for (const SemanticId& id : ids) ++counts[id[level]];
    for (const size_t of_code : counts) {
      if (of_code == 0) continue;
      ++usage.used[level];
      const double share = static_cast<double>(of_code) / count;
      usage.entropy_bits[level] -= share * std::log2(share);
    }
    // N items can use at most log2 N bits, so a small catalogue is not collapsed for being small.
    const double possible = std::min(8.0, std::log2(count));
    usage.is_collapsed = usage.is_collapsed || usage.entropy_bits[level] < possible / 2;
  }
  usage.distinct = std::set<SemanticId>(ids.begin(), ids.end()).size();
  return usage;
}

ItemPairs DrawNeighbours(const Dataset& dataset, size_t limit, uint64_t seed) {
  ItemPairs pairs;
  for (size_t s = 0; s < dataset.sequence_count(); ++s) {
    const auto items = dataset.sequence_items(s).first(dataset.train_end()[s]);
    for (size_t i = 1; i < items.size(); ++i) {
      // A repeated item shares its whole id with itself, whatever the codes are like.
      if (items[i - 1] != items[i]) pairs.emplace_back(items[i - 1], items[i]);
    }
  }
  Random random(seed);
  Shuffle(pairs, random);
  pairs.resize(std::min(limit, pairs.size()));
  return pairs;
}

PrefixAgreement MeasureAgreement(const SemanticIds& ids, const ItemPairs& neighbours,
                                 uint64_t seed) {
  // Random pairs are made by shuffling the second items, so both kinds of pairs contain every item
  // equally often and popularity cannot explain a difference.
  PrefixAgreement agreement;
  std::vector<uint32_t> second;
  for (const auto& pair : neighbours) second.push_back(pair.second);
  Random random(seed);
  Shuffle(second, random);
  double sum[2] = {}, squares = 0.0;
  for (size_t i = 0; i < neighbours.size(); ++i) {
    const uint32_t first = neighbours[i].first;
    if (second[i] == first) continue;  // an item shares its whole id with itself
    const double shared[2] = {
        static_cast<double>(SharedLevels(ids[first], ids[neighbours[i].second])),
        static_cast<double>(SharedLevels(ids[first], ids[second[i]]))};
    for (size_t kind = 0; kind < 2; ++kind) {
      sum[kind] += shared[kind];
      squares += shared[kind] * shared[kind];
    }
    ++agreement.pairs;
  }
  if (agreement.pairs == 0) return agreement;
  const auto count = static_cast<double>(agreement.pairs);
  agreement.shared_levels = sum[0] / count;
  agreement.random_levels = sum[1] / count;
  const double mean = (sum[0] + sum[1]) / (2 * count);
  const double variance = squares / (2 * count) - mean * mean;
  // Pearson's r between the prefix length and the kind of pair. The kind is 0 or 1, equally often,
  // so its standard deviation is 1 / 2 and r reduces to the difference of the means over 2 sigma.
  if (variance > 0.0) {
    const double r =
        (agreement.shared_levels - agreement.random_levels) / (2 * std::sqrt(variance));
    agreement.correlation = r;
    agreement.standard_error = (1 - r * r) / std::sqrt(2 * count);
  }
  return agreement;
}

}  // namespace tsugi
