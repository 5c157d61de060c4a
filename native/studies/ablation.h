#ifndef TSUGI_NATIVE_STUDIES_ABLATION_H_
#define TSUGI_NATIVE_STUDIES_ABLATION_H_

#include <string_view>

#include "native/studies/study_runner.h"

namespace tsugi {

/// Trains every row of an ablation once per seed, and compares rows by the bootstrap over users,
/// paired, of means over seeds; also of rare targets and of all with every item as likely a target;
/// where the test split asks for items that training never saw, cold and warm targets apart. Writes
/// out/ablation.json and prints the table. kind: "intent", "netflix", "semantic" or "negatives"
/// (ablation_rows.h). Errors: those of StudyRunner; kInvalidArgument if the configuration lacks
/// what is ablated.
Status RunAblation(std::string_view kind, const Dataset& dataset, const StudyRequest& request);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_STUDIES_ABLATION_H_
