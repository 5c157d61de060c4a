#ifndef TSUGI_CORE_RECOMMENDER_H_
#define TSUGI_CORE_RECOMMENDER_H_

#include <cstdint>
#include <memory>
#include <span>

#include "core/base/status.h"
#include "core/model/model_view.h"

namespace tsugi {

class Session;
struct EngineParts;

/// One item of a list.
struct Recommendation {
  uint32_t item_index;
  float score;  ///< logit: natural log, unnormalised; higher is better
};

struct RecommendOptions {
  uint32_t k = 10;
  /// Leave out items that the session holds; spec.filter_seen when unset.
  enum class Seen : uint8_t { kModelDefault, kFilter, kKeep } seen = Seen::kModelDefault;
  std::span<const uint32_t> exclude = {};  ///< item indices never to return; >= N is an error
  bool exact = false;  ///< score every item, even if the model holds item codes
};

/// The engine of one model: packed dense weights and the item table. FRONT DOOR, with Session.
///
/// Ownership: borrows the ModelView's memory (the item table is scanned in place), which must
/// outlive
///            it. Sessions borrow the Recommender, which must outlive them.
/// Threads:   a Recommender and all of its sessions belong to one thread at a time: they share one
///            workspace, and XNNPACK operators keep state between set-up and run. For several
///            threads create one Recommender per thread on the same view; only the dense weights
///            are packed again, the item table is not copied.
class Recommender {
 public:
  /// Validates the view and packs the dense weights once.
  /// Errors: kCorruptModel or kInvalidArgument (ModelView::Validate), kOutOfMemory, kUnsupported.
  static Result<std::unique_ptr<Recommender>> Create(const ModelView& view);
  ~Recommender();
  Recommender(const Recommender&) = delete;
  Recommender& operator=(const Recommender&) = delete;

  const ModelSpec& spec() const;
  /// A fresh, empty session. The Recommender must outlive it.
  /// Errors: kOutOfMemory.
  Result<std::unique_ptr<Session>> CreateSession() const;

 private:
  explicit Recommender(std::unique_ptr<EngineParts> parts);
  std::unique_ptr<EngineParts> parts_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_RECOMMENDER_H_
