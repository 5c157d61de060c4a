#ifndef TSUGI_NATIVE_STUDIES_TRAINING_ROWS_H_
#define TSUGI_NATIVE_STUDIES_TRAINING_ROWS_H_

#include <functional>
#include <string>
#include <vector>

#include "core/recommender.h"
#include "native/studies/study.h"
#include "native/train/train_config.h"

namespace tsugi {

/// A recommender that a study trains: the request's configuration with these settings over it.
struct TrainingRow {
  std::string name;  ///< also the name of its folder
  std::string about;
  std::vector<std::string> settings;  ///< "key=value"
  /// How the lists are ranked that are measured.
  RecommendOptions::Ranking ranking = RecommendOptions::Ranking::kTable;
  std::string folder = {};        ///< of a run that another row trains too; empty = name
  bool is_second_stage = false;   ///< trains the second stage alone, on kRecommenderRow's run
  bool measures_intents = false;  ///< how often its intents are right, too
};

/// The recommender that rows with a second stage stand on: the configuration without one.
inline constexpr const char* kRecommenderRow = "recommender";

/// The rows of a study, from the request's resolved configuration.
using TrainingRows = std::function<Result<std::vector<TrainingRow>>(
    const StudyRequest& request, const train::TrainConfig& resolved, const Dataset& dataset)>;

/// A study that trains every row into out/FOLDER/seed-N, unless a finished run of the same
/// configuration is there, and measures its int8 model through the engine on the test split:
/// "GROUP/METRIC" for recall@10, ndcg@10 and mrr of five groups of cases, and
/// "backbone_parameters". An interrupted run goes on where it stopped.
///
/// Groups: all; rare, targets of the half of the items with the fewest training events; even, all
/// weighed so that every item is as likely a target (a shift of popularity); and warm and cold,
/// whose targets training knows and does not, if there are cold ones.
///
/// Errors of its plan: those of configuration, of training and of the engine; kInvalidArgument
/// without a folder or for a run in it that had another configuration or other data.
Study TrainingStudy(std::string_view name, std::string_view about, std::vector<StudyPair> pairs,
                    TrainingRows rows);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_STUDIES_TRAINING_ROWS_H_
