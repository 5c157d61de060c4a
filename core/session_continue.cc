#include <cmath>
#include <string>

#include "core/base/concat.h"
#include "core/engine_parts.h"
#include "core/session.h"

namespace tsugi {
namespace {

Status CheckContinue(const ContinueOptions& options, size_t room) {
  if (options.n < 1) return InvalidArgument("n: 0, expected at least 1");
  if (room < options.n) {
    return InvalidArgument(Concat("items: room for ", room, ", expected ", options.n));
  }
  if (!std::isfinite(options.temperature) || options.temperature < 0.0f) {
    return InvalidArgument("temperature: expected a finite number of at least 0");
  }
  if (!(options.top_p > 0.0f && options.top_p <= 1.0f)) {
    return InvalidArgument("top_p: expected above 0, at most 1");
  }
  return Status();
}

}  // namespace

Result<size_t> Session::ContinueInto(const ContinueOptions& options, const RecommendOptions& filter,
                                     std::span<uint32_t> items) {
  TSUGI_RETURN_IF_ERROR(CheckContinue(options, items.size()));
  TSUGI_RETURN_IF_ERROR(parts_.lists.CheckFilter(filter));
  // The items drawn become events only to draw the next; they are taken back after an error too.
  const size_t held = event_count();
  Result<size_t> count = Generate(options, filter, items);
  TSUGI_RETURN_IF_ERROR(Rollback(event_count() - held));
  return count;
}

Result<size_t> Session::Generate(const ContinueOptions& options, const RecommendOptions& filter,
                                 std::span<uint32_t> items) {
  for (uint32_t step = 0; step < options.n; ++step) {
    // A stream of noise for each step: step i draws the same whatever n is.
    const auto blocked = parts_.lists.Block(item_indices_, filter, number_);
    const auto item =
        parts_.table->Draw(readout_.data(), blocked, options, Random(options.seed, step));
    parts_.lists.Unblock(item_indices_, filter);
    if (!item) return step;
    items[step] = *item;
    if (step + 1 < options.n) TSUGI_RETURN_IF_ERROR(Push({*item}));
  }
  return options.n;
}

Result<std::vector<uint32_t>> Session::Continue(const ContinueOptions& options,
                                                const RecommendOptions& filter) {
  std::vector<uint32_t> items(options.n);
  TSUGI_ASSIGN_OR_RETURN(const size_t count, ContinueInto(options, filter, items));
  items.resize(count);
  return items;
}

}  // namespace tsugi
