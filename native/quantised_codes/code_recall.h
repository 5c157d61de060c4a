#ifndef TSUGI_NATIVE_QUANTISED_CODES_CODE_RECALL_H_
#define TSUGI_NATIVE_QUANTISED_CODES_CODE_RECALL_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "core/session.h"
#include "native/dataset/dataset.h"
#include "native/model/model_file.h"

namespace tsugi {

/// The share of the exact top ten that lists through the codes must reach on the sessions that the
/// number of candidates is chosen with. A little above kCodeRecallPromise, which must hold on other
/// sessions.
inline constexpr double kCodeRecallTarget = 0.996;
/// The share of the exact top ten that an export promises for lists through the codes.
inline constexpr double kCodeRecallPromise = 0.99;
/// Catalogues of at least this size get codes by default. Measured with bench/make_model at width
/// 64: with 50,000 items exact lists and lists through the codes take the same time, with 100,000
/// the latter take half.
inline constexpr uint32_t kCodesPayFrom = 100'000;

using Sessions = std::vector<std::vector<Event>>;

/// Invents sessions with the model itself, for exports without a data set: a random item, followed
/// repeatedly by one of the ten items that the model ranks highest. Errors: those of the engine.
Result<Sessions> DreamSessions(const ModelView& view, size_t count, uint64_t seed);

/// Exact lists compared with lists through the codes.
struct CodeRecall {
  double recall_at_10 = 0;  ///< share of the exact top 10 that the codes find as well
  size_t lists = 0;         ///< number of sessions compared
  double exact_ms = 0;      ///< median time of an exact list of 10, one thread, this machine
  double coded_ms = 0;      ///< median time of a list of 10 through the codes
};

/// Compares lists of ten, with seen items kept. Requires: the model has quantised codes.
/// Errors: those of the engine.
Result<CodeRecall> MeasureCodeRecall(const ModelView& view, const Sessions& sessions);

/// Returns how many candidates with the highest estimates are needed to contain the share `target`
/// of all items in the exact top tens of the sessions; rounded up to a multiple of 256.
/// Requires: the model has quantised codes. Errors: those of the engine.
Result<uint32_t> ChooseCandidates(const ModelView& view, const Sessions& sessions, double target);

/// The outcome of AddMeasuredCodes.
struct CodeReport {
  bool has_codes = false;  ///< false if the codes were removed again
  uint32_t candidates = 0;
  CodeRecall recall;
};

/// Learns item codes, chooses the number of candidates with one half of `sessions` and measures the
/// recall on the other half. Removes the codes again if the recall is below kCodeRecallPromise,
/// unless `keep_anyway`.
/// Errors: as AddItemCodes; kInvalidArgument for fewer than two sessions.
Result<CodeReport> AddMeasuredCodes(ModelData& model, const Sessions& sessions, uint64_t seed,
                                    bool keep_anyway);

/// Samples realistic sessions from a data set: the training parts of `count` sequences, each cut
/// after a random event. Returns fewer if the data set has fewer. Requires: the data set has the
/// items of the model.
Sessions SampleSessions(const Dataset& dataset, size_t count, uint64_t seed);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_QUANTISED_CODES_CODE_RECALL_H_
