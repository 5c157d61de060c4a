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

/// A family of intents and the labels that events show. Labels belong either to the event itself or
/// to its item.
struct IntentFamily {
  static constexpr uint16_t kUnknown = 0xffff;

  std::string name;                    ///< "action", "topic", "kind", "age" or a metadata field
  std::vector<std::string> labels;     ///< 2 to 256
  std::vector<uint16_t> event_labels;  ///< [E] label of each event, kUnknown = none; or empty
  ItemLabels item_labels;              ///< labels of each item, used if event_labels is empty
};

/// The intent labels of every event of a log, by the rules of README.md. Vocabularies, clusters and
/// buckets come from the training part alone.
class IntentLabels {
 public:
  /// families: "auto" (action, topic, kind, age), or a comma-separated list of these names and of
  /// metadata fields. Drops a family with fewer than two labels in the training part and explains
  /// it in dropped().
  /// Errors: kInvalidArgument for an unknown name, for no family left, or for more than 8 families.
  static Result<IntentLabels> Build(const Dataset& dataset, std::string_view families);

  const std::vector<IntentFamily>& families() const { return families_; }
  const std::vector<std::string>& dropped() const { return dropped_; }
  size_t label_count() const { return label_count_; }  ///< P, over all families
  /// The names "family=label" of all labels, in order.
  std::vector<std::string> LabelNames() const;

  /// The labels of an event in a family, ascending; possibly none. `event` is an index into
  /// Dataset::items(). The span is valid until the next call on this thread.
  std::span<const uint32_t> LabelsOf(const IntentFamily& family, uint64_t event) const;

  /// Writes the target distribution of an event, row [P]: in each family 1 / n for each of its n
  /// true labels, or zeros if there are none.
  /// Source:  IntentRec (arXiv 2408.05353), the multi-label intent loss.
  /// Differs: a softmax whose mass is spread over the true labels. The paper's binary loss over
  ///          true labels alone has its minimum where every label is predicted.
  void WriteTarget(uint64_t event, std::span<float> row) const;

 private:
  const Dataset* dataset_ = nullptr;
  std::vector<IntentFamily> families_;
  std::vector<std::string> dropped_;
  size_t label_count_ = 0;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_INTENT_INTENT_LABELS_H_
