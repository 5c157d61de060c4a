#ifndef TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_RATING_EXAMPLES_H_
#define TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_RATING_EXAMPLES_H_

#include <cstdint>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "native/dataset/dataset.h"

namespace tsugi::train {

/// Ratings with what was known before each: what the prior over item rows learns from. M examples.
struct RatingExamples {
  std::vector<float> queries;    ///< [M, W] of the session before the rating, by the engine
  std::vector<uint32_t> items;   ///< [M] what was rated
  std::vector<uint8_t> is_like;  ///< [M] 1 or 0
  std::vector<uint32_t> users;   ///< [M] sequence numbers
  size_t width = 0;              ///< W

  size_t size() const { return items.size(); }
};

struct LikeRule {
  /// Values from here on are likes. Unset data: every event is a like, and for each a dislike is
  /// drawn, an item by popularity that the user never had.
  float least = 0.0f;
  bool has_values = false;
};

/// Likes are the values at or above the training part's median (`wanted` < 0), or from `wanted` on.
/// Example: stars of MovieLens, median 4.
LikeRule FindLikeRule(const Dataset& dataset, double wanted);

/// Enough of them to learn from: a session's query is held for each.
inline constexpr size_t kMostRatings = 400'000;

enum class RatingPart : uint8_t {
  kTrain,  ///< at most the last 100 of a user, of the events that may be trained on
  kValid,  ///< validation cases
  kTest,   ///< test cases
};

/// Runs the engine over the sequences. The first event of a sequence is no example: nobody is known
/// before it. like_value: as FindLikeRule. At most `limit` examples, of users drawn by `seed`.
/// Errors: what the engine returns.
Result<RatingExamples> CollectRatings(const Dataset& dataset, const ModelView& model,
                                      double like_value, RatingPart part, uint64_t seed,
                                      size_t limit = kMostRatings);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_RATING_EXAMPLES_H_
