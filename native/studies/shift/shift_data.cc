#include "native/studies/shift/shift_data.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <unordered_map>

#include "core/base/random.h"
#include "native/log/sequence_reader.h"

namespace tsugi {
namespace {

/// Numbers names in the order in which they come.
class Numbering {
 public:
  uint32_t Number(std::string_view name) {
    return numbers_.try_emplace(std::string(name), static_cast<uint32_t>(numbers_.size()))
        .first->second;
  }
  size_t size() const { return numbers_.size(); }

 private:
  std::unordered_map<std::string, uint32_t> numbers_;
};

// One stream of the seed per decision.
enum : uint64_t { kShiftedStream = 1, kEvenStream = 2 };

struct TimedPair {
  Interaction pair;
  int64_t time = 0;
};

/// Each pair once, at its first time.
std::vector<TimedPair> CollectPairs(const Dataset& dataset, double min_value) {
  std::vector<TimedPair> all;
  for (size_t s = 0; s < dataset.sequence_count(); ++s) {
    for (uint64_t e = dataset.offsets()[s]; e < dataset.offsets()[s + 1]; ++e) {
      if (!dataset.values().empty() && dataset.values()[e] < min_value) continue;
      all.push_back({{static_cast<uint32_t>(s), dataset.items()[e]},
                     dataset.times().empty() ? 0 : dataset.times()[e]});
    }
  }
  // By pair and then time, so that `unique` keeps the first time of each.
  std::sort(all.begin(), all.end(), [](const TimedPair& a, const TimedPair& b) {
    return std::tie(a.pair, a.time) < std::tie(b.pair, b.time);
  });
  const auto is_same = [](const TimedPair& a, const TimedPair& b) { return a.pair == b.pair; };
  all.erase(std::unique(all.begin(), all.end(), is_same), all.end());
  return all;
}

/// Moves the pairs that are to be shifted to the end of `all` and returns how many stay.
size_t TakeLatest(std::vector<TimedPair>& all, size_t count) {
  std::stable_sort(all.begin(), all.end(),
                   [](const TimedPair& a, const TimedPair& b) { return a.time < b.time; });
  return all.size() - count;
}

/// The same with every item as likely as any other: a pair's weight is one over the item's pairs.
/// Source of drawing by weight without replacement: Efraimidis & Spirakis 2006 (keys u^(1/w)).
size_t TakeUnpopular(std::vector<TimedPair>& all, size_t count, size_t items, uint64_t seed) {
  std::vector<uint32_t> left(items);
  for (const TimedPair& one : all) ++left[one.pair.second];
  std::vector<std::pair<double, size_t>> keys;
  Random random(seed, kShiftedStream);
  for (size_t i = 0; i < all.size(); ++i) {
    const double weight = 1.0 / left[all[i].pair.second];
    // log(u) / w orders as u^(1/w) does and does not underflow; the floor spares log(0).
    keys.emplace_back(std::log(std::max(random.NextUniform(), 1e-300)) / weight, i);
  }
  std::sort(keys.rbegin(), keys.rend());
  // Half of an item's pairs stay, or rare items would have none left to be learnt from.
  std::vector<uint32_t> half(items);
  for (size_t i = 0; i < items; ++i) half[i] = left[i] / 2;
  std::vector<bool> is_taken(all.size());
  for (const auto& [key, i] : keys) {
    if (count == 0) break;
    if (half[all[i].pair.second] == 0) continue;
    --half[all[i].pair.second];
    is_taken[i] = true;
    --count;
  }
  std::vector<TimedPair> ordered;
  for (const bool wanted : {false, true}) {
    for (size_t i = 0; i < all.size(); ++i) {
      if (is_taken[i] == wanted) ordered.push_back(all[i]);
    }
  }
  all = std::move(ordered);
  return all.size() - static_cast<size_t>(std::count(is_taken.begin(), is_taken.end(), true));
}

}  // namespace

Interactions::Interactions(size_t user_count, std::vector<Interaction> pairs)
    : offsets_(user_count + 1) {
  // Sorted by user and then item: each user's items lie together, and `contains` can bisect them.
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  items_.reserve(pairs.size());
  for (const auto& [user, item] : pairs) {
    ++offsets_[user + 1];
    items_.push_back(item);
  }
  for (size_t u = 0; u < user_count; ++u) offsets_[u + 1] += offsets_[u];
}

bool Interactions::contains(uint32_t user, uint32_t item) const {
  const auto items = of(user);
  return std::binary_search(items.begin(), items.end(), item);
}

std::vector<Interaction> Interactions::pairs() const {
  std::vector<Interaction> all;
  all.reserve(size());
  for (uint32_t u = 0; u < user_count(); ++u) {
    for (const uint32_t item : of(u)) all.emplace_back(u, item);
  }
  return all;
}

std::vector<uint32_t> ShiftData::ItemCounts() const {
  std::vector<uint32_t> counts(item_count);
  for (const auto& [user, item] : train.pairs()) ++counts[item];
  return counts;
}

Result<ShiftData> ReadShiftFiles(const ShiftFiles& files, ReadAudit& audit) {
  ShiftData data;
  Numbering users, items;
  size_t trained_users = 0;
  std::vector<Interaction> known;  // sorted, of the parts read so far
  const auto read = [&](const std::filesystem::path& file, Interactions& part) -> Status {
    std::vector<Interaction> pairs;
    TSUGI_RETURN_IF_ERROR(ReadSequences(
        {file}, audit,
        [&](std::string_view user, std::span<const std::string_view> rest) -> std::string_view {
          // A user of a later part may get a number here, but at or above `trained_users`, so the
          // training part's numbers stay dense.
          const Interaction pair{users.Number(user), items.Number(rest.front())};
          if (std::binary_search(known.begin(), known.end(), pair)) {
            return "an earlier part holds this pair";
          }
          if (&part != &data.train && pair.first >= trained_users) {
            ++data.left_out;
            return {};
          }
          pairs.push_back(pair);
          return {};
        }));
    if (&part == &data.train) trained_users = users.size();
    if (pairs.empty()) {
      return InvalidArgument(file.string() +
                             ": no pair of a trained user (expected lines `user item`). Try: check "
                             "that all files use the same ids");
    }
    part = Interactions(trained_users, pairs);
    known.insert(known.end(), pairs.begin(), pairs.end());
    std::sort(known.begin(), known.end());
    return {};
  };
  // The training part first: it decides who is a trained user.
  TSUGI_RETURN_IF_ERROR(read(files.train, data.train));
  TSUGI_RETURN_IF_ERROR(read(files.valid, data.valid));
  TSUGI_RETURN_IF_ERROR(read(files.test, data.test));
  TSUGI_RETURN_IF_ERROR(read(files.shifted, data.shifted));
  data.user_count = trained_users;
  data.item_count = items.size();
  return data;
}

Result<ShiftData> SplitForShift(const Dataset& dataset, const ShiftSplitOptions& options) {
  const bool by_time = options.shift == "time";
  if (!by_time && options.shift != "popularity") {
    return InvalidArgument("--shift " + std::string(options.shift) +
                           ": no such shift. Try: popularity or time");
  }
  if (by_time && dataset.times().empty()) {
    return InvalidArgument("--shift time: the log has no times. Try: --shift popularity");
  }
  std::vector<TimedPair> all = CollectPairs(dataset, options.min_value);
  const auto wanted = static_cast<size_t>(options.shifted_share * static_cast<double>(all.size()));
  const size_t kept = by_time ? TakeLatest(all, wanted)
                              : TakeUnpopular(all, wanted, dataset.item_count(), options.seed);
  ShiftData data;
  data.user_count = dataset.sequence_count();
  data.item_count = dataset.item_count();
  std::vector<uint32_t> own(data.user_count);  // pairs that a user still can give away
  for (size_t i = 0; i < kept; ++i) ++own[all[i].pair.first];
  Random random(options.seed, kEvenStream);
  std::vector<Interaction> train, valid, test, shifted;
  for (size_t i = 0; i < kept; ++i) {
    const double draw = random.NextUniform();
    // One draw decides both parts. A user with two pairs or more keeps two for training.
    uint32_t& left = own[all[i].pair.first];
    const bool gives = left > 2 && draw < options.test_share + options.valid_share;
    if (gives) --left;
    (!gives ? train : draw < options.test_share ? test : valid).push_back(all[i].pair);
  }
  // A shifted pair of a user without a training pair cannot be judged: nothing is known of them.
  for (size_t i = kept; i < all.size(); ++i) {
    if (own[all[i].pair.first] > 0) {
      shifted.push_back(all[i].pair);
    } else {
      ++data.left_out;
    }
  }
  if (train.empty() || valid.empty() || test.empty() || shifted.empty()) {
    return InvalidArgument("the log is too small to be split: a part is without a pair (" +
                           std::to_string(all.size()) +
                           " pairs in all). Try: a longer log, or a "
                           "lower --min-value");
  }
  data.train = Interactions(data.user_count, std::move(train));
  data.valid = Interactions(data.user_count, std::move(valid));
  data.test = Interactions(data.user_count, std::move(test));
  data.shifted = Interactions(data.user_count, std::move(shifted));
  return data;
}

}  // namespace tsugi
