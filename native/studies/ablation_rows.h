#ifndef TSUGI_NATIVE_STUDIES_ABLATION_ROWS_H_
#define TSUGI_NATIVE_STUDIES_ABLATION_ROWS_H_

#include <string>
#include <vector>

#include "core/recommender.h"
#include "native/intent/intent_labels.h"
#include "native/train/train_config.h"

namespace tsugi {

/// One model of an ablation: the base configuration with these settings over it.
struct AblationRow {
  std::string name;  ///< also the name of its folder
  std::string about;
  std::vector<std::string> settings;  ///< "key=value"
  /// How the lists are ranked that are measured.
  RecommendOptions::Ranking ranking = RecommendOptions::Ranking::kTable;
  /// The folder of a run that another row trains too; empty = name.
  std::string folder = {};
  /// Whether a second stage is all that is trained, on the recommender of the same seed.
  bool is_second_stage = false;
};

/// The recommender that rows with a second stage stand on: the configuration without one.
inline constexpr const char* kRecommenderRow = "recommender";

/// Two rows whose difference answers a question.
struct AblationPair {
  std::string name;  ///< "V2 - V1"
  std::string about;
  size_t row, base;  ///< indices of rows
};

struct AblationPlan {
  std::vector<AblationRow> rows;
  std::vector<AblationPair> pairs;
  size_t whole = 0;  ///< the row with every part
};

/// The plan with the whole, the rows of these names, and what they can be compared by.
/// Errors: kInvalidArgument for a name that it does not have, with those that it has.
Result<AblationPlan> ChooseRows(const AblationPlan& plan, const std::vector<std::string>& names);

/// IntentRec's ablation: V0 no intents, V1 heads beside the item's (multi-task), V2 intents feed
/// the item encoder, V3 with the short-term encoder; and V3 with one family alone, for every
/// family. V0 and V1 get the layers of the intent encoder as layers of their own, so that depth is
/// the same, and every row reads times if V3 does.
/// Source: IntentRec (arXiv 2408.05353), table 3.
/// Requires: a resolved configuration with intents; `labels` derived from it.
AblationPlan IntentAblation(const train::TrainConfig& resolved, const IntentLabels& labels);

/// The Netflix recipe's ablation (arXiv 2605.23312): the whole, and it without one part each: full
/// cross-entropy over rows as wide as the model in the place of the sampled, projected head; no id
/// masking; no tower; no genre task beside; no action and value of events; and the other kind of
/// targets (next item, or sets).
/// Requires: a resolved configuration. Rows of parts that it does not have are left out.
AblationPlan NetflixAblation(const train::TrainConfig& resolved);

/// Semantic Convergence's ablation: the recommender's item table, what the whole language part
/// generates and that fused with the table; without the negative tasks; without the tasks of words;
/// and at half and double the width. One recommender a seed serves all rows.
/// Source: Semantic Convergence (arXiv 2412.13771), its alignment and negative tasks.
/// Requires: a resolved configuration with semantic = "on".
AblationPlan SemanticAblation(const train::TrainConfig& resolved);

/// The configuration with CNSDiff's negatives beside its own and without (arXiv 2508.07243).
AblationPlan NegativesAblation();

}  // namespace tsugi

#endif  // TSUGI_NATIVE_STUDIES_ABLATION_ROWS_H_
