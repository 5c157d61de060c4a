#ifndef TSUGI_NATIVE_QUANTISED_CODES_CODE_RECALL_H_
#define TSUGI_NATIVE_QUANTISED_CODES_CODE_RECALL_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "core/session.h"
#include "native/dataset/dataset.h"
#include "native/model/model_data.h"

namespace tsugi {

/// Share of the exact top ten that an export asks of the coded path on the sessions it chooses by;
/// a little above the promised 0.99, which has to hold on others.
inline constexpr double kCodeRecallTarget = 0.996;
/// What an export promises of the coded path.
inline constexpr double kCodeRecallPromise = 0.99;
/// Catalogues from this size on get codes unless the user says otherwise. Measured with
/// bench/make_model, width 64: at 50,000 items both paths take the same time, at 100,000 the coded
/// one half of it.
inline constexpr uint32_t kCodesPayFrom = 100'000;

using Sessions = std::vector<std::vector<Event>>;

/// Sessions that the model itself makes up: a random item, then again and again one of the ten
/// items it ranks highest. For exports without data at hand.
/// Errors: those of the engine.
Result<Sessions> DreamSessions(const ModelView& view, size_t count, uint64_t seed);

struct CodeRecall {
  double recall_at_10 = 0;  ///< share of the exact top 10 that the coded path returns as well
  size_t lists = 0;         ///< sessions that were compared
  double exact_ms = 0;      ///< median time of an exact list of 10, one thread, this machine
  double coded_ms = 0;      ///< of a list through the codes
};

/// Compares exact and coded lists of ten, seen items kept. Requires: view.spec.code_count > 0.
/// Errors: those of the engine.
Result<CodeRecall> MeasureCodeRecall(const ModelView& view, const Sessions& sessions);

/// How many candidates of highest estimate hold `target` of all items of the sessions' exact top
/// tens; rounded up to a multiple of 256. Requires: view.spec.code_count > 0.
/// Errors: those of the engine.
Result<uint32_t> ChooseCandidates(const ModelView& view, const Sessions& sessions, double target);

/// What AddMeasuredCodes did.
struct CodeReport {
  bool has_codes = false;  ///< false: below the promise, and not asked for
  uint32_t candidates = 0;
  CodeRecall recall;
};

/// Learns item codes, chooses the number of candidates on one half of `sessions` and measures the
/// outcome on the other. Takes the codes out again if they miss kCodeRecallPromise, unless
/// `keep_anyway`. Errors: as AddItemCodes; kInvalidArgument for fewer than two sessions.
Result<CodeReport> AddMeasuredCodes(ModelData& model, const Sessions& sessions, uint64_t seed,
                                    bool keep_anyway);

/// Training parts of `count` sequences of a data set, each cut at a random event: what sessions
/// look like. Fewer if there are fewer. Requires: the data set's items are the model's.
Sessions SampleSessions(const Dataset& dataset, size_t count, uint64_t seed);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_QUANTISED_CODES_CODE_RECALL_H_
