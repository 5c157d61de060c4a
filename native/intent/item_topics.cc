#include "native/intent/item_topics.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <span>
#include <tuple>

#include "core/base/random.h"
#include "native/quantize/kmeans.h"

namespace tsugi {
namespace {

constexpr size_t kWidth = 64;  // dimensions of the projection
constexpr size_t kReach = 3;   // largest distance of two neighbours, in events
constexpr size_t kIterations = 20;
constexpr uint64_t kSeed = 0x696e74;

std::span<const uint32_t> TrainingItems(const Dataset& dataset, size_t s) {
  return dataset.sequence_items(s).first(dataset.train_end()[s]);
}

// Adds `weight` times a vector of random signs, which is a function of the item, to `sum`. The sum
// over neighbours is a random projection of the row of co-occurrence counts: inner products survive
// approximately (Achlioptas 2003), and the N x N counts are never stored.
void AddProjection(uint32_t item, float weight, float* sum) {
  const uint64_t bits = Random(kSeed, item).NextU64();
  for (size_t d = 0; d < kWidth; ++d) sum[d] += (bits >> d & 1) != 0 ? weight : -weight;
}

void Normalise(std::span<float> row) {
  double squares = 0;
  for (const float value : row) squares += static_cast<double>(value) * static_cast<double>(value);
  const auto scale = static_cast<float>(1.0 / std::sqrt(std::max(squares, 1e-12)));
  for (float& value : row) value *= scale;
}

// Returns unit rows [N, kWidth]. Without the division by the root of the frequency the most popular
// items would dominate every row, and without unit rows k-means would cluster by popularity.
std::vector<float> Embed(const Dataset& dataset, const std::vector<uint32_t>& counts) {
  std::vector<float> rows(counts.size() * kWidth);
  for (size_t s = 0; s < dataset.sequence_count(); ++s) {
    const auto items = TrainingItems(dataset, s);
    for (size_t i = 0; i < items.size(); ++i) {
      const size_t end = std::min(items.size(), i + kReach + 1);
      for (size_t j = i + 1; j < end; ++j) {
        const uint32_t a = items[i], b = items[j];
        if (a == b) continue;
        AddProjection(b, 1.0f / std::sqrt(static_cast<float>(counts[b])), &rows[a * kWidth]);
        AddProjection(a, 1.0f / std::sqrt(static_cast<float>(counts[a])), &rows[b * kWidth]);
      }
    }
  }
  for (size_t i = 0; i < counts.size(); ++i) Normalise(std::span(rows).subspan(i * kWidth, kWidth));
  return rows;
}

}  // namespace

BehaviourClusters FindBehaviourClusters(const Dataset& dataset, uint32_t count) {
  std::vector<uint32_t> counts(dataset.item_count());
  for (size_t s = 0; s < dataset.sequence_count(); ++s) {
    for (const uint32_t item : TrainingItems(dataset, s)) ++counts[item];
  }
  const std::vector<float> rows = Embed(dataset, counts);
  std::vector<uint32_t> seen;
  std::vector<float> seen_rows;
  for (uint32_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    seen.push_back(i);
    seen_rows.insert(seen_rows.end(), &rows[i * kWidth], &rows[i * kWidth] + kWidth);
  }
  BehaviourClusters clusters;
  clusters.item_cluster.assign(counts.size(), BehaviourClusters::kNone);
  if (seen.empty()) return clusters;
  const std::vector<float> centres =
      FindCentres({seen_rows, kWidth}, std::min<size_t>(count, seen.size()), kIterations, kSeed);
  const size_t centre_count = centres.size() / kWidth;
  std::vector<uint32_t> nearest(seen.size());
  std::vector<uint64_t> frequency(centre_count);
  std::vector<uint32_t> popular(centre_count, BehaviourClusters::kNone);
  for (size_t i = 0; i < seen.size(); ++i) {
    const auto c = static_cast<uint32_t>(NearestCentre(&seen_rows[i * kWidth], {centres, kWidth}));
    nearest[i] = c;
    frequency[c] += counts[seen[i]];
    if (popular[c] == BehaviourClusters::kNone || counts[seen[i]] > counts[popular[c]]) {
      popular[c] = seen[i];
    }
  }
  // Numbering by frequency makes the order of labels meaningful. Clusters without items, if k-means
  // leaves any, come last and get no name.
  std::vector<uint32_t> order(centre_count), place(centre_count);
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return frequency[a] > frequency[b]; });
  for (uint32_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    if (frequency[order[i]] > 0) clusters.popular_item.push_back(popular[order[i]]);
  }
  for (size_t i = 0; i < seen.size(); ++i) clusters.item_cluster[seen[i]] = place[nearest[i]];
  return clusters;
}

namespace {

constexpr uint32_t kClusterCount = 16;
constexpr size_t kTopicLimit = 64;
constexpr double kCoverage = 0.5;  // share of the items that a topic field must describe

// The attributes [first, end) of the table that belong to a field. They are adjacent, because names
// are sorted by field.
struct FieldRange {
  uint32_t first = 0, end = 0;
};

std::string_view AttributeName(const ItemAttributeTable& table, size_t i) {
  return std::string_view(table.name_text)
      .substr(table.name_offsets[i], table.name_offsets[i + 1] - table.name_offsets[i]);
}

size_t AttributeCount(const ItemAttributeTable& table) {
  return table.name_offsets.empty() ? 0 : table.name_offsets.size() - 1;
}

// A linear search: it runs a few times per import, over some thousand names.
FieldRange FindField(const ItemAttributeTable& table, std::string_view field) {
  const std::string prefix = std::string(field) + "=";
  FieldRange range;
  const auto count = static_cast<uint32_t>(AttributeCount(table));
  while (range.first < count && !AttributeName(table, range.first).starts_with(prefix)) {
    ++range.first;
  }
  range.end = range.first;
  while (range.end < count && AttributeName(table, range.end).starts_with(prefix)) ++range.end;
  return range;
}

// Counts the training events of items with each attribute of the range.
std::vector<uint64_t> CountEvents(const Dataset& dataset, const ItemAttributeTable& table,
                                  const FieldRange& range) {
  std::vector<uint64_t> counts(range.end - range.first);
  for (size_t s = 0; s < dataset.sequence_count(); ++s) {
    for (const uint32_t item : dataset.sequence_items(s).first(dataset.train_end()[s])) {
      for (uint32_t at = table.offsets[item]; at < table.offsets[item + 1]; ++at) {
        const uint32_t a = table.indices[at];
        if (a >= range.first && a < range.end) ++counts[a - range.first];
      }
    }
  }
  return counts;
}

// Numbers and dates: 1995, 4.50, 1995-01-01, 12/31/2023 23:59, 01-Jan-1995.
bool IsNumber(std::string_view text) {
  static constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                                 "jul", "aug", "sep", "oct", "nov", "dec"};
  std::string word;
  size_t digits = 0;
  for (const char c : text) {
    const char lower = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    digits += c >= '0' && c <= '9';
    if (lower >= 'a' && lower <= 'z') word += lower;
    const bool is_mark = std::string_view(".-/:, +").find(c) != std::string_view::npos;
    if (!is_mark && !(c >= '0' && c <= '9') && !(lower >= 'a' && lower <= 'z')) return false;
  }
  const bool is_month = word.size() >= 3 && std::any_of(std::begin(kMonths), std::end(kMonths),
                                                        [&](std::string_view month) {
                                                          return word.starts_with(month);
                                                        });
  return digits > 0 && (word.empty() || word == "t" || word == "tz" || (is_month && digits >= 5));
}

// Whether the name promises what an item is about. It counts more than coverage, by which the
// buyer's country or a colour would win.
bool HasTopicName(std::string_view field) {
  std::string lower(field);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  for (const std::string_view name :
       {"genre", "categor", "tag", "class", "department", "topic", "section", "subject"}) {
    if (lower.find(name) != std::string::npos) return true;
  }
  return false;
}

// Fields of numbers or dates alone, such as years and prices, are no topics.
bool HasTextValues(const ItemAttributeTable& table, const FieldRange& range, size_t name_size) {
  for (uint32_t a = range.first; a < range.end; ++a) {
    if (!IsNumber(AttributeName(table, a).substr(name_size + 1))) return true;
  }
  return false;
}

// "like X" tells people what a cluster is about better than a number would.
ItemLabels LabelsOfClusters(const Dataset& dataset) {
  const BehaviourClusters clusters = FindBehaviourClusters(dataset, kClusterCount);
  ItemLabels labels;
  for (const uint32_t item : clusters.popular_item) {
    const bool has_title = dataset.item_titles().size() > 0 && !dataset.item_titles()[item].empty();
    labels.labels.push_back(
        "like " + std::string(has_title ? dataset.item_titles()[item] : dataset.item_ids()[item]));
  }
  labels.offsets.push_back(0);
  for (const uint32_t cluster : clusters.item_cluster) {
    if (cluster != BehaviourClusters::kNone) labels.indices.push_back(cluster);
    labels.offsets.push_back(static_cast<uint32_t>(labels.indices.size()));
  }
  return labels;
}

}  // namespace

bool IsKindField(std::string_view field) {
  // ASCII only: these are names of columns in English.
  std::string lower(field);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return lower == "type" || lower == "kind" || lower == "format";
}

ItemLabels LabelsOfField(const Dataset& dataset, const ItemAttributeTable& attributes,
                         std::string_view field, size_t limit) {
  const FieldRange range = FindField(attributes, field);
  const std::vector<uint64_t> counts = CountEvents(dataset, attributes, range);
  std::vector<uint32_t> order(counts.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return counts[a] > counts[b]; });
  std::vector<uint32_t> label_of(counts.size(), kNoTopic);
  ItemLabels labels;
  labels.field = field;
  // Values without a training event could never be learned, so they become no labels.
  for (size_t i = 0; i < std::min(limit, order.size()) && counts[order[i]] > 0; ++i) {
    label_of[order[i]] = static_cast<uint32_t>(labels.labels.size());
    labels.labels.emplace_back(
        AttributeName(attributes, range.first + order[i]).substr(field.size() + 1));
  }
  labels.offsets.push_back(0);
  for (size_t item = 0; item < dataset.item_count(); ++item) {
    const size_t begin = labels.indices.size();
    const uint32_t end = attributes.offsets.empty() ? 0 : attributes.offsets[item + 1];
    for (uint32_t at = end == 0 ? 0 : attributes.offsets[item]; at < end; ++at) {
      const uint32_t a = attributes.indices[at];
      if (a < range.first || a >= range.end || label_of[a - range.first] == kNoTopic) continue;
      // Attributes come in the order of names, labels in that of frequency: hence the sort below.
      labels.indices.push_back(label_of[a - range.first]);
    }
    std::sort(labels.indices.begin() + static_cast<ptrdiff_t>(begin), labels.indices.end());
    labels.offsets.push_back(static_cast<uint32_t>(labels.indices.size()));
  }
  return labels;
}

ItemLabels FindTopics(const Dataset& dataset, const ItemAttributeTable& attributes) {
  const double needed = kCoverage * static_cast<double>(dataset.item_count());
  const AttributeField* best = nullptr;
  size_t best_memberships = 0;
  bool is_best_named = false;
  for (const AttributeField& field : attributes.fields) {
    if (!field.left_out.empty() || field.values < 2 || IsKindField(field.name)) continue;
    const FieldRange range = FindField(attributes, field.name);
    if (!HasTextValues(attributes, range, field.name.size())) continue;
    // Of two fields that describe equally many items, the one with several values per item says
    // more about what an item is like: genres rather than a language.
    const auto memberships = static_cast<size_t>(
        std::count_if(attributes.indices.begin(), attributes.indices.end(),
                      [&](uint32_t a) { return a >= range.first && a < range.end; }));
    const bool is_named = HasTopicName(field.name) && static_cast<double>(field.items) >= needed;
    const auto rank = std::tuple(is_named, field.items, memberships);
    if (best != nullptr && rank <= std::tuple(is_best_named, best->items, best_memberships)) {
      continue;
    }
    best = &field;
    is_best_named = is_named;
    best_memberships = memberships;
  }
  // A field that describes only some items would leave most events without a label.
  if (best == nullptr || static_cast<double>(best->items) < needed) {
    return LabelsOfClusters(dataset);
  }
  return LabelsOfField(dataset, attributes, best->name, kTopicLimit);
}

std::vector<uint32_t> PrimaryTopics(const ItemLabels& topics) {
  // "Drama" on half of the catalogue says little about a film; the rarest of its genres says most.
  std::vector<uint32_t> label_items(topics.labels.size());
  for (const uint32_t label : topics.indices) ++label_items[label];
  std::vector<uint32_t> primary(topics.offsets.size() - 1, kNoTopic);
  for (size_t item = 0; item < primary.size(); ++item) {
    for (const uint32_t label : topics.of(item)) {
      if (primary[item] == kNoTopic || label_items[label] < label_items[primary[item]]) {
        primary[item] = label;
      }
    }
  }
  return primary;
}

}  // namespace tsugi
