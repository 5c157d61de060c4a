#include "native/intent/intent_labels.h"

#include <algorithm>

#include "core/model/model_spec.h"
#include "native/intent/item_age.h"

namespace tsugi {
namespace {

constexpr size_t kMaxLabels = 256;

enum Action : uint16_t { kContinue, kReturn, kDiscover };

// For logs without actions. Continue: the topic of the event before; return: an earlier topic of
// the sequence; discover: a new one. The first event of a sequence has no label. Events without a
// topic are skipped: they neither get a label nor end a run of one topic.
IntentFamily ActionsByTopic(const Dataset& dataset, const std::vector<uint32_t>& primary) {
  IntentFamily family{"action", {"continue", "return", "discover"}, {}, {}};
  family.event_labels.assign(dataset.event_count(), IntentFamily::kUnknown);
  // By topic: 1 + the last sequence that has it. Storing the sequence instead of a flag saves
  // clearing the list for every sequence.
  std::vector<size_t> last_sequence;
  for (size_t s = 0; s < dataset.sequence_count(); ++s) {
    uint32_t previous = kNoTopic;
    const uint64_t begin = dataset.offsets()[s];
    for (uint64_t e = begin; e < dataset.offsets()[s + 1]; ++e) {
      const uint32_t topic = primary[dataset.items()[e]];
      if (topic == kNoTopic) continue;
      if (topic >= last_sequence.size()) last_sequence.resize(topic + 1);
      if (previous != kNoTopic) {
        family.event_labels[e] = topic == previous               ? kContinue
                                 : last_sequence[topic] == s + 1 ? kReturn
                                                                 : kDiscover;
      }
      last_sequence[topic] = s + 1;
      previous = topic;
    }
  }
  return family;
}

// The log's own actions are the best label there is: they are what people did, not a rule about it.
IntentFamily ActionsOfLog(const Dataset& dataset) {
  IntentFamily family{"action", {}, {}, {}};
  const StringTableView names = dataset.action_names();
  for (size_t i = 0; i < names.size(); ++i) family.labels.emplace_back(names[i]);
  for (const uint32_t action : dataset.actions()) {
    family.event_labels.push_back(action < names.size() ? static_cast<uint16_t>(action)
                                                        : IntentFamily::kUnknown);
  }
  return family;
}

// Splits "action, brand" at commas. Blanks are dropped everywhere, so no family name has any.
std::vector<std::string> SplitNames(std::string_view text) {
  std::vector<std::string> names;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    std::string name(text.substr(begin, end - begin));
    std::erase(name, ' ');
    if (!name.empty()) names.push_back(std::move(name));
    begin = end + 1;
  }
  return names;
}

class FamilyMaker {
 public:
  explicit FamilyMaker(const Dataset& dataset)
      : dataset_(dataset), attributes_(BuildItemAttributes(dataset.item_metadata())) {}

  Result<IntentFamily> Make(const std::string& name) {
    if (name == "topic") return IntentFamily{name, Topics().labels, {}, Topics()};
    if (name == "action") {
      const size_t actions = dataset_.action_names().size();
      return actions >= 2 && actions <= kMaxLabels
                 ? ActionsOfLog(dataset_)
                 : ActionsByTopic(dataset_, PrimaryTopics(Topics()));
    }
    if (name == "age") {
      EventAges ages = FindEventAges(dataset_);
      return IntentFamily{name, std::move(ages.labels), std::move(ages.event_label), {}};
    }
    return name == "kind" ? MakeKind() : MakeField(name);
  }

 private:
  // Two families need the topics, and clustering for them is the costliest step here: once is
  // enough.
  const ItemLabels& Topics() {
    if (topics_.offsets.empty()) topics_ = FindTopics(dataset_, attributes_);
    return topics_;
  }
  IntentFamily FromField(std::string name, std::string_view field) {
    ItemLabels labels = LabelsOfField(dataset_, attributes_, field, kMaxLabels);
    return {std::move(name), labels.labels, {}, labels};
  }
  // No such field is no error, unlike a field that was asked for by name: "auto" always tries it.
  Result<IntentFamily> MakeKind() {
    for (const AttributeField& field : attributes_.fields) {
      if (field.left_out.empty() && IsKindField(field.name)) return FromField("kind", field.name);
    }
    return IntentFamily{"kind", {}, {}, {}};
  }
  Result<IntentFamily> MakeField(const std::string& name) {
    std::string fields;
    for (const AttributeField& field : attributes_.fields) {
      if (!field.left_out.empty()) continue;
      if (field.name == name) return FromField(name, name);
      fields += ", " + field.name;
    }
    return InvalidArgument("intents: '" + name +
                           "' is neither a family nor a metadata field with attributes. Try: "
                           "action, topic, kind, age" +
                           fields);
  }

  const Dataset& dataset_;
  ItemAttributeTable attributes_;
  ItemLabels topics_;
};

}  // namespace

// Whether a family has two labels is counted on training events: a label that only test events have
// could not be learnt. Families that are left out are named, so that a user sees why.
Result<IntentLabels> IntentLabels::Build(const Dataset& dataset, std::string_view families) {
  IntentLabels made;
  made.dataset_ = &dataset;
  FamilyMaker maker(dataset);
  for (const std::string& name :
       SplitNames(families == "auto" ? "action,topic,kind,age" : families)) {
    TSUGI_ASSIGN_OR_RETURN(IntentFamily family, maker.Make(name));
    std::vector<bool> is_used(family.labels.size());
    for (size_t s = 0; s < dataset.sequence_count() && !family.labels.empty(); ++s) {
      const uint64_t begin = dataset.offsets()[s];
      for (uint64_t e = begin; e < begin + dataset.train_end()[s]; ++e) {
        for (const uint32_t label : made.LabelsOf(family, e)) is_used[label] = true;
      }
    }
    // A family of one label is always predicted right and teaches nothing.
    const auto used = std::count(is_used.begin(), is_used.end(), true);
    if (used < 2) {
      made.dropped_.push_back(name + ": " + std::to_string(used) +
                              " label in the training events, expected at least 2");
      continue;
    }
    made.label_count_ += family.labels.size();
    made.families_.push_back(std::move(family));
  }
  if (made.families_.empty()) {
    return InvalidArgument(
        "intent.families = '" + std::string(families) +
        "': no family has two labels in this data set. Try: intent.families=auto, or "
        "import the items' metadata with --items");
  }
  if (made.families_.size() > kMaxIntentFamilies) {
    return InvalidArgument("intents: " + std::to_string(made.families_.size()) +
                           " families, expected at most " + std::to_string(kMaxIntentFamilies) +
                           ". Try: name the most useful ones");
  }
  return made;
}

std::vector<std::string> IntentLabels::LabelNames() const {
  std::vector<std::string> names;
  for (const IntentFamily& family : families_) {
    for (const std::string& label : family.labels) names.push_back(family.name + "=" + label);
  }
  return names;
}

std::span<const uint32_t> IntentLabels::LabelsOf(const IntentFamily& family, uint64_t event) const {
  if (family.event_labels.empty()) return family.item_labels.of(dataset_->items()[event]);
  // One label, returned as a span like the lists of items; the variable must outlive the call.
  thread_local uint32_t label;
  label = family.event_labels[event];
  return {&label, label == IntentFamily::kUnknown ? size_t{0} : size_t{1}};
}

void IntentLabels::WriteTarget(uint64_t event, std::span<float> row) const {
  // A family without a true label keeps zeros: cross entropy against zeros is 0, so it adds neither
  // loss nor gradient.
  std::fill(row.begin(), row.end(), 0.0f);
  size_t first = 0;
  for (const IntentFamily& family : families_) {
    const auto labels = LabelsOf(family, event);
    for (const uint32_t label : labels)
      row[first + label] = 1.0f / static_cast<float>(labels.size());
    first += family.labels.size();
  }
}

}  // namespace tsugi
