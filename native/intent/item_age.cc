#include "native/intent/item_age.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "core/base/numbers.h"

namespace tsugi {
namespace {

constexpr int64_t kNoTime = std::numeric_limits<int64_t>::max();
constexpr double kDay = 86400.0;

// The upper bound of a bucket and its label. The last bucket has no bound.
struct Bucket {
  double below;
  const char* label;
};
constexpr double kAny = std::numeric_limits<double>::infinity();
constexpr Bucket kYears[] = {{2, "new"},
                             {5, "2 to 4 years old"},
                             {10, "5 to 9 years old"},
                             {20, "10 to 19 years old"},
                             {kAny, "20 years or older"}};
constexpr Bucket kDays[] = {{1, "first day"},      {7, "first week"},   {30, "first month"},
                            {91, "first quarter"}, {365, "first year"}, {kAny, "older"}};
constexpr Bucket kRanks[] = {
    {0.01, "top 1 %"}, {0.1, "top 10 %"}, {0.5, "top half"}, {kAny, "rest"}};

// The bucket of a value; the last one has no bound, so the loop always ends.
template <size_t kCount>
uint16_t Place(const Bucket (&buckets)[kCount], double value) {
  uint16_t i = 0;
  while (value >= buckets[i].below) ++i;
  return i;
}

template <size_t kCount>
std::vector<std::string> Labels(const Bucket (&buckets)[kCount]) {
  std::vector<std::string> labels;
  for (const Bucket& bucket : buckets) labels.emplace_back(bucket.label);
  return labels;
}

// Years come as numbers or as text, e.g. "1999-05-01", of which the first digits count. Anything
// outside 1 to 9999 is no year.
std::optional<int> ReadYear(std::string_view metadata) {
  const auto json = nlohmann::json::parse(metadata, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  for (const char* field : {"year", "release_year", "title_year", "movie_year"}) {
    const auto it = json.find(field);
    if (it == json.end()) continue;
    const int year = it->is_number()   ? SaturatingCast<int>(it->get<double>())
                     : it->is_string() ? std::atoi(it->get<std::string>().c_str())
                                       : 0;
    if (year > 0 && year < 10000) return year;
  }
  return std::nullopt;
}

std::vector<std::optional<int>> ReadYears(const Dataset& dataset) {
  std::vector<std::optional<int>> years(dataset.item_count());
  const StringTableView metadata = dataset.item_metadata();
  for (size_t i = 0; i < metadata.size(); ++i) years[i] = ReadYear(metadata[i]);
  return years;
}

// Off by at most a day around the turn of a year, which no bucket of years notices.
double YearOf(int64_t time_s) { return 1970.0 + static_cast<double>(time_s) / (365.25 * kDay); }

EventAges AgesByYear(const Dataset& dataset, const std::vector<std::optional<int>>& years) {
  int newest = 0;
  for (const auto& year : years) newest = std::max(newest, year.value_or(0));
  EventAges ages{Labels(kYears), std::vector<uint16_t>(dataset.event_count(), EventAges::kUnknown)};
  for (size_t e = 0; e < dataset.event_count(); ++e) {
    const auto& year = years[dataset.items()[e]];
    const int64_t time_s = dataset.times().empty() ? 0 : dataset.times()[e];
    if (!year) continue;
    // Events before the year of their item, e.g. of announced films, count as new.
    const double now = time_s > 0 ? std::floor(YearOf(time_s)) : newest;
    ages.event_label[e] = Place(kYears, now - *year);
  }
  return ages;
}

// The first event of an item counts only if it is in the training part. An event outside of it may
// be earlier, since users are split one by one; hence the maximum with 0.
EventAges AgesByFirstSight(const Dataset& dataset) {
  std::vector<int64_t> first(dataset.item_count(), kNoTime);
  const auto times = dataset.times();
  for (size_t s = 0; s < dataset.sequence_count(); ++s) {
    const uint64_t begin = dataset.offsets()[s];
    for (uint64_t e = begin; e < begin + dataset.train_end()[s]; ++e) {
      if (times[e] != 0) first[dataset.items()[e]] = std::min(first[dataset.items()[e]], times[e]);
    }
  }
  EventAges ages{Labels(kDays), std::vector<uint16_t>(dataset.event_count(), EventAges::kUnknown)};
  for (size_t e = 0; e < dataset.event_count(); ++e) {
    const int64_t then = first[dataset.items()[e]];
    if (times[e] == 0 || then == kNoTime) continue;
    ages.event_label[e] = Place(kDays, std::max(0.0, static_cast<double>(times[e] - then) / kDay));
  }
  return ages;
}

// Without years and times, popularity stands in for age: old items have had time to become popular.
EventAges BandsOfPopularity(const Dataset& dataset) {
  std::vector<uint32_t> counts(dataset.item_count()), order(counts.size());
  for (size_t s = 0; s < dataset.sequence_count(); ++s) {
    for (const uint32_t item : dataset.sequence_items(s).first(dataset.train_end()[s])) {
      ++counts[item];
    }
  }
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return counts[a] > counts[b]; });
  std::vector<uint16_t> band(counts.size());
  for (size_t i = 0; i < order.size(); ++i) {
    band[order[i]] = Place(kRanks, static_cast<double>(i) / static_cast<double>(order.size()));
  }
  EventAges ages{Labels(kRanks), {}};
  for (const uint32_t item : dataset.items()) ages.event_label.push_back(band[item]);
  return ages;
}

}  // namespace

EventAges FindEventAges(const Dataset& dataset) {
  const auto years = ReadYears(dataset);
  const auto known = static_cast<size_t>(
      std::count_if(years.begin(), years.end(), [](const auto& year) { return year.has_value(); }));
  if (2 * known >= dataset.item_count()) return AgesByYear(dataset, years);
  return dataset.times().empty() ? BandsOfPopularity(dataset) : AgesByFirstSight(dataset);
}

}  // namespace tsugi
