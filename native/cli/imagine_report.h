#ifndef TSUGI_NATIVE_CLI_IMAGINE_REPORT_H_
#define TSUGI_NATIVE_CLI_IMAGINE_REPORT_H_

#include <string>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "core/parts/imagine/concept.h"

namespace tsugi {

/// `tsugi imagine MODEL --data DATA`: judges a model's imagination on the users of a data set and
/// prints it as a table or as one JSON object; at most `users` of them are drawn.
/// by_user: of a prior that knows them by number, trained here (StudyUserPrior). Errors: those of
/// StudyPrior.
Status ReportImagination(const ModelView& model, const std::string& data,
                         const SampleOptions& sample, size_t users, bool by_user, bool as_json);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_IMAGINE_REPORT_H_
