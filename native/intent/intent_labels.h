#ifndef TSUGI_NATIVE_INTENT_INTENT_LABELS_H_
#define TSUGI_NATIVE_INTENT_INTENT_LABELS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "native/dataset/dataset.h"
#include "native/intent/item_topics.h"

namespace tsugi {

/// One family of intents: what a visitor may want, and which events show it.
struct IntentFamily {
  static constexpr uint16_t kUnknown = 0xffff;

  std::string name;                    ///< "action", "topic", "kind", "age" or a metadata field
  std::vector<std::string> labels;     ///< 2 to 256
  std::vector<uint16_t> event_labels;  ///< [E] of each event, kUnknown = none; or empty, and then
  ItemLabels item_labels;              ///< of each item
};

/// What each event of a log shows of its visitor's intent, by the rules of README.md: vocabularies,
/// clusters and buckets come from the training part alone.
class IntentLabels {
 public:
  /// families: "auto" (action, topic, kind, age), or names of these and of metadata fields,
  /// separated by commas. A family with fewer than two labels in the training part is dropped, with
  /// a line in dropped().
  /// Errors: kInvalidArgument for a name that is neither; if nothing is left; for more than 8.
  static Result<IntentLabels> Build(const Dataset& dataset, std::string_view families);

  const std::vector<IntentFamily>& families() const { return families_; }
  const std::vector<std::string>& dropped() const { return dropped_; }
  size_t label_count() const { return label_count_; }  ///< P, of all families
  /// "family=label" of all labels, in order.
  std::vector<std::string> LabelNames() const;

  /// Labels of event `event` (a position in Dataset::items()) in a family, ascending; may be none.
  /// Valid until the next call on this thread.
  std::span<const uint32_t> LabelsOf(const IntentFamily& family, uint64_t event) const;

  /// Writes what a prediction of the event should give, row [P]: within a family 1 / n for each of
  /// its n true labels, all 0 if there are none.
  /// Source: IntentRec's multi-label loss as a softmax over labels with the mass spread over the
  /// true ones; its binary form over true labels alone is minimal at "everything".
  void WriteTarget(uint64_t event, std::span<float> row) const;

 private:
  const Dataset* dataset_ = nullptr;
  std::vector<IntentFamily> families_;
  std::vector<std::string> dropped_;
  size_t label_count_ = 0;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_INTENT_INTENT_LABELS_H_
