#include "core/parts/imagine/concept.h"

#include <algorithm>
#include <string>

#include "core/base/numbers.h"
#include "core/base/text.h"
#include "core/engine_parts.h"
#include "core/parts/imagine/noise_schedule.h"
#include "core/session.h"

namespace tsugi {
namespace {

// Draws of a concept, and of a title, before we give up. Each further round of concepts costs as
// much as the first, so a filter that the model can hardly meet must not hang the page.
constexpr uint32_t kRounds = 8;
constexpr float kMostGuidance = 100.0f;

Status Expect(const char* name, uint32_t value, uint32_t most) {
  if (value >= 1 && value <= most) return Status();
  return InvalidArgument(Concat(name, ": ", value, ", expected 1 to ", most));
}

bool Carries(const Concept& concept_, std::span<const uint32_t> attributes) {
  return std::any_of(
      concept_.attributes.begin(), concept_.attributes.end(), [&](const ConceptAttribute& one) {
        return std::find(attributes.begin(), attributes.end(), one.index) != attributes.end();
      });
}

}  // namespace

Status Imagination::CheckOptions(const ImagineOptions& options) const {
  TSUGI_RETURN_IF_ERROR(Expect("n", options.n, ConceptSampler::kMaxConcepts));
  TSUGI_RETURN_IF_ERROR(Expect("steps", options.sample.steps, kNoiseSteps));
  // Written so that NaN is refused, too.
  if (!(options.sample.guidance >= 0.0f && options.sample.guidance <= kMostGuidance)) {
    return InvalidArgument("guidance: expected 0 to 100");
  }
  for (const uint32_t attribute : options.avoid) {
    if (attribute < attribute_count_) continue;
    return OutOfRange(
        Concat("avoid: attribute ", attribute, ", expected below ", attribute_count_));
  }
  return Status();
}

Result<std::unique_ptr<Imagination>> Imagination::Create(const ModelView& view) {
  TSUGI_ASSIGN_OR_RETURN(ConceptSampler sampler, ConceptSampler::Create(view));
  TSUGI_ASSIGN_OR_RETURN(ConceptWriter writer, ConceptWriter::Create(view));
  auto made =
      std::unique_ptr<Imagination>(new Imagination(view, std::move(sampler), std::move(writer)));
  TSUGI_ASSIGN_OR_RETURN(made->rows_,
                         AlignedBuffer<float>::Create(ConceptSampler::kMaxConcepts * made->width_));
  if (view.spec.imagine->space > 0) {
    const StoredRows given = StoredRows::Of(view, kConceptSpace);
    TSUGI_ASSIGN_OR_RETURN(made->space_, ScanQuery::Create({given.matrix, given.scales}));
  }
  return made;
}

Status Imagination::DrawSome(std::span<const float> session, const ImagineOptions& options,
                             uint32_t first, size_t count, std::vector<Concept>& concepts) {
  TSUGI_RETURN_IF_ERROR(sampler_.Sample(session, options.sample, first, count, rows_.data()));
  TSUGI_RETURN_IF_ERROR(CheckFinite({rows_.data(), count * width_}));
  for (size_t i = 0; i < count; ++i) {
    const float* row = rows_.data() + i * width_;
    Concept made;
    made.row.assign(row, row + width_);
    TSUGI_RETURN_IF_ERROR(writer_.Attributes(row, made.attributes));
    // Before the title, which costs as much as all attributes.
    if (Carries(made, options.avoid)) continue;
    TSUGI_ASSIGN_OR_RETURN(made.title, InventTitle(row, Random(options.sample.seed, first + i)));
    concepts.push_back(std::move(made));
  }
  return Status();
}

// After kRounds a title that exists is returned all the same: a concept needs one.
Result<std::string> Imagination::InventTitle(const float* row, const Random& random) {
  // Titles that exist are likely for a row close to a real item. A concept must not pass for one.
  std::string title;
  for (uint64_t i = 1; i <= kRounds; ++i) {
    TSUGI_ASSIGN_OR_RETURN(title, writer_.Title(row, random.At(i)));
    bool is_taken = false;
    for (size_t item = 0; item < item_titles_.size() && !is_taken; ++item) {
      is_taken = item_titles_[item] == title;
    }
    if (!is_taken) break;
  }
  return title;
}

Result<std::vector<Concept>> Imagination::Draw(std::span<const float> session,
                                               const ImagineOptions& options) {
  TSUGI_RETURN_IF_ERROR(CheckOptions(options));
  // Concept i depends on the seed and i alone, so a filter replaces the concepts that it hits and
  // changes no other.
  std::vector<Concept> concepts;
  uint32_t drawn = 0;
  for (uint32_t round = 0; round < kRounds && concepts.size() < options.n; ++round) {
    const size_t count = options.n - concepts.size();
    TSUGI_RETURN_IF_ERROR(DrawSome(session, options, drawn, count, concepts));
    drawn += static_cast<uint32_t>(count);
  }
  return concepts;
}

void Imagination::FindNearest(std::span<const uint64_t> blocked, size_t count, TableRanker& table,
                              Concept& concept_) {
  concept_.nearest.clear();
  if (!space_) {
    for (const ScoredItem& item : table.Top(concept_.row.data(), blocked, count)) {
      concept_.nearest.push_back({item.item_index, item.score / logit_scale_});
    }
    return;
  }
  space_->Prepare(concept_.row.data(), 1.0f);
  nearest_.resize(std::min(count, space_->rows().count()));
  nearest_.resize(ScanTopK(*space_, blocked, nearest_));
  for (const ScoredItem& item : nearest_) {
    // Exactly 0: the row of an item without a vector.
    if (item.score != 0.0f) concept_.nearest.push_back({item.item_index, item.score});
  }
}

Result<std::vector<Concept>> Session::Imagine(const ImagineOptions& options) {
  if (parts_.imagination == nullptr) {
    return Unsupported(
        "the model has no part that imagines; train one with --preset imagine and export it");
  }
  TSUGI_ASSIGN_OR_RETURN(std::vector<Concept> concepts, parts_.imagination->Draw(query(), options));
  if (options.nearest == 0) return concepts;
  const RecommendOptions no_filter;
  const ListBuilder::Block hidden(parts_.lists, {}, {}, no_filter, number_);
  for (Concept& made : concepts) {
    parts_.imagination->FindNearest(hidden.bits(), options.nearest, *parts_.table, made);
  }
  return concepts;
}

}  // namespace tsugi
