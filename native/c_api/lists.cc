// The functions of tsugi.h that rank the catalogue.
#include <algorithm>
#include <span>
#include <vector>

#include "core/base/text.h"
#include "core/shelves.h"
#include "native/c_api/arguments.h"
#include "native/c_api/handles.h"

namespace tsugi {
namespace {

// Writes items to the caller's arrays.
void WriteItems(std::span<const ScoredItem> items, int32_t* out_items, float* out_scores) {
  for (size_t i = 0; i < items.size(); ++i) {
    out_items[i] = static_cast<int32_t>(items[i].item_index);
    out_scores[i] = items[i].score;
  }
}

Status RecommendItems(tsugi_session* handle, const tsugi_recommend_options* caller_options,
                      int32_t* out_items, float* out_scores, int32_t* out_count) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(handle, "session"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(out_items, "out_items"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(out_scores, "out_scores"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(out_count, "out_count"));
  const uint32_t item_count = handle->recommender->item_count();
  TSUGI_ASSIGN_OR_RETURN(const RecommendOptions options, ToOptions(caller_options, item_count));
  // The list is kept between calls, so that only a longer one than ever before allocates.
  const size_t longest = std::min(options.k, item_count);
  if (handle->list.size() < longest) handle->list.resize(longest);
  TSUGI_ASSIGN_OR_RETURN(const size_t count, handle->session->RecommendInto(options, handle->list));
  WriteItems(std::span(handle->list).first(count), out_items, out_scores);
  *out_count = static_cast<int32_t>(count);
  return Status();
}

Status FindSimilar(const tsugi_recommender* recommender, const int32_t* items, int32_t item_count,
                   const tsugi_recommend_options* caller_options, int32_t* out_items,
                   float* out_scores, int32_t* out_count) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(recommender, "recommender"));
  TSUGI_RETURN_IF_ERROR(CheckItems("items", items, item_count, recommender->item_count()));
  TSUGI_RETURN_IF_ERROR(CheckPointer(out_items, "out_items"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(out_scores, "out_scores"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(out_count, "out_count"));
  TSUGI_ASSIGN_OR_RETURN(const RecommendOptions options,
                         ToOptions(caller_options, recommender->item_count()));
  std::vector<ScoredItem> list(std::min(options.k, recommender->item_count()));
  TSUGI_ASSIGN_OR_RETURN(const size_t count, recommender->engine->SimilarInto(
                                                 AsIndices(items, item_count), options, list));
  WriteItems(std::span(list).first(count), out_items, out_scores);
  *out_count = static_cast<int32_t>(count);
  return Status();
}

// The kinds have the same numbers in both headers.
int32_t SubjectOf(const Shelf& shelf) {
  const bool has_subject =
      shelf.kind == Shelf::Kind::kLike || shelf.kind == Shelf::Kind::kAttribute;
  return has_subject ? static_cast<int32_t>(shelf.subject) : -1;
}

Status MakeShelves(tsugi_session* handle, int32_t rows, int32_t per_row,
                   const tsugi_recommend_options* caller_filter, tsugi_shelf* out_shelves,
                   int32_t* out_items, float* out_scores, int32_t* shelf_count) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(handle, "session"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(out_shelves, "shelves"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(out_items, "out_items"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(out_scores, "out_scores"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(shelf_count, "shelf_count"));
  TSUGI_ASSIGN_OR_RETURN(RecommendOptions filter,
                         ToOptions(caller_filter, handle->recommender->item_count()));
  filter.ranking = RecommendOptions::Ranking::kTable;
  // The engine checks the ranges; a negative number becomes one above them.
  const ShelfOptions options{static_cast<uint32_t>(rows), static_cast<uint32_t>(per_row)};
  TSUGI_ASSIGN_OR_RETURN(const auto shelves, handle->session->Shelves(options, filter));
  for (const Shelf& shelf : shelves) {
    const auto item_count = static_cast<int32_t>(shelf.items.size());
    *out_shelves++ = {static_cast<int32_t>(shelf.kind), SubjectOf(shelf), item_count};
    WriteItems(shelf.items, out_items, out_scores);
    out_items += item_count;
    out_scores += item_count;
  }
  *shelf_count = static_cast<int32_t>(shelves.size());
  return Status();
}

}  // namespace
}  // namespace tsugi

int32_t tsugi_session_recommend(tsugi_session* session, const tsugi_recommend_options* options,
                                int32_t* out_items, float* out_scores, int32_t* out_count) {
  return tsugi::Guard(session, [&] {
    return tsugi::RecommendItems(session, options, out_items, out_scores, out_count);
  });
}

int32_t tsugi_recommender_similar(const tsugi_recommender* recommender, const int32_t* items,
                                  int32_t item_count, const tsugi_recommend_options* options,
                                  int32_t* out_items, float* out_scores, int32_t* out_count) {
  return tsugi::Guard(recommender, [&] {
    return tsugi::FindSimilar(recommender, items, item_count, options, out_items, out_scores,
                              out_count);
  });
}

int32_t tsugi_session_shelves(tsugi_session* session, int32_t rows, int32_t per_row,
                              const tsugi_recommend_options* filter, tsugi_shelf* shelves,
                              int32_t* out_items, float* out_scores, int32_t* shelf_count) {
  return tsugi::Guard(session, [&] {
    return tsugi::MakeShelves(session, rows, per_row, filter, shelves, out_items, out_scores,
                              shelf_count);
  });
}
