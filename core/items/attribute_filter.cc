#include "core/items/attribute_filter.h"

#include <algorithm>

#include "core/base/text.h"

namespace tsugi {
namespace {

constexpr uint8_t kPresent = 1;  // carrying the attribute meets the clause
constexpr uint8_t kAbsent = 2;   // lacking it does

// An absent attribute is written as ~index, which is negative for every index below 2^31.
uint32_t AttributeOf(int32_t entry) { return static_cast<uint32_t>(entry < 0 ? ~entry : entry); }

}  // namespace

Status AttributeFilter::Check(std::span<const int32_t> predicate) const {
  if (!predicate.empty() && predicate.back() != kEndClause) {
    return InvalidArgument("predicate: the last clause has no end, expected INT32_MIN after it");
  }
  for (const int32_t entry : predicate) {
    if (entry == kEndClause || AttributeOf(entry) < attributes_.attribute_count()) continue;
    return OutOfRange(Concat("predicate: attribute ", AttributeOf(entry), ", expected below ",
                             attributes_.attribute_count(), ", the model's attribute count"));
  }
  return Status();
}

const BitSet& AttributeFilter::Match(std::span<const int32_t> predicate) {
  // Pages list again with the same filter far more often than they change it.
  if (!std::equal(predicate.begin(), predicate.end(), predicate_.begin(), predicate_.end())) {
    predicate_.assign(predicate.begin(), predicate.end());
    matching_.SetAll();
    for (size_t first = 0, i = 0; i < predicate.size(); ++i) {
      if (predicate[i] != kEndClause) continue;
      KeepMatching(predicate.subspan(first, i - first));
      first = i + 1;
    }
  }
  return matching_;
}

void AttributeFilter::KeepMatching(std::span<const int32_t> clause) {
  // An item meets the clause if it carries one of the present attributes, or lacks one of the
  // absent ones, that is, does not carry all of them. The marks make that one look-up per attribute
  // of an item, however long the clause is; an attribute written twice counts once.
  uint32_t absent_count = 0;
  for (const int32_t entry : clause) {
    uint8_t& mark = marks_[AttributeOf(entry)];
    if (entry < 0 && (mark & kAbsent) == 0) ++absent_count;
    mark |= entry < 0 ? kAbsent : kPresent;
  }
  for (size_t item = 0; item < matching_.size(); ++item) {
    uint8_t met = 0;
    uint32_t carried = 0;  // of the absent_count attributes
    for (const uint32_t attribute : attributes_.Of(item)) {
      met |= marks_[attribute] & kPresent;
      carried += marks_[attribute] / kAbsent;
    }
    if (met == 0 && carried == absent_count) matching_.Reset(item);
  }
  // Undone by the clause rather than cleared whole: a clause is short, a model has many attributes.
  for (const int32_t entry : clause) marks_[AttributeOf(entry)] = 0;
}

}  // namespace tsugi
