#ifndef TSUGI_NATIVE_STUDIES_STALENESS_REPORT_H_
#define TSUGI_NATIVE_STUDIES_STALENESS_REPORT_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "native/cli/evaluation_request.h"
#include "native/studies/staleness.h"

namespace tsugi {

/// What `tsugi evaluate --delays` was asked for beside that.
struct StalenessRequest {
  std::vector<std::string> beside;  ///< other runs or models, a curve each
  std::vector<std::string> delays;  ///< "0", "90s", "1h", "2d"
  std::string set_window = "1d";
  std::string svg;  ///< plot to write, or empty
  StalenessOptions options;
};

/// "90", "90s", "5m", "1h", "2d" and "1w" as seconds; nothing if `text` is no such time.
std::optional<int64_t> ParseDuration(std::string_view text);

/// --delays and what goes with it.
void AddStalenessOptions(CLI::App& verb, StalenessRequest& request);

/// Measures and prints a curve per model, and writes the plot.
Status EvaluateStaleness(const EvaluationRequest& evaluation, StalenessRequest& request);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_STUDIES_STALENESS_REPORT_H_
