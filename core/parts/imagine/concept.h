#ifndef TSUGI_CORE_PARTS_IMAGINE_CONCEPT_H_
#define TSUGI_CORE_PARTS_IMAGINE_CONCEPT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/parts/imagine/concept_sampler.h"
#include "core/parts/imagine/concept_writer.h"
#include "core/table_ranker.h"

namespace tsugi {

/// What to imagine.
struct ImagineOptions {
  uint32_t n = 4;             ///< concepts, 1 to ConceptSampler::kMaxConcepts
  SampleOptions sample = {};  ///< guidance 0 to 100
  /// Attributes that no concept may carry, i.e. that ConceptWriter::Attributes must not return. A
  /// concept that carries one is replaced by another draw. After eight rounds of draws fewer than n
  /// concepts may be returned.
  std::span<const uint32_t> avoid = {};
  uint32_t nearest = 3;  ///< number of nearest real items to find for each concept
};

/// A real item close to a concept.
struct NearItem {
  uint32_t item_index;
  float cosine;
};

/// An imagined item, which no catalogue holds: a vector like those of items and its description.
struct Concept {
  std::vector<float> row;                    ///< [V], a unit vector
  std::vector<ConceptAttribute> attributes;  ///< as ConceptWriter::Attributes returns them
  std::string title;                         ///< invented; empty if the model writes no titles
  std::vector<NearItem> nearest;             ///< real items, nearest first

  /// 1 - cosine of the nearest real item; 1 if none was searched for.
  float Novelty() const { return nearest.empty() ? 1.0f : 1.0f - nearest.front().cosine; }
};

/// The engine of the part `imagine`: draws concepts and describes them.
class Imagination {
 public:
  /// Packs the dense weights and borrows the view's other memory.
  /// Requires: the model imagines, view.Validate().ok(). Errors: kOutOfMemory, kUnsupported.
  static Result<std::unique_ptr<Imagination>> Create(const ModelView& view);

  /// Draws and describes concepts, except for their nearest items. session [W]: the query of a
  /// session, or empty for no visitor in particular.
  /// Errors: kInvalidArgument if an option is out of range, kOutOfRange for an attribute that the
  /// model does not have, kOutOfMemory, kInternal.
  Result<std::vector<Concept>> Draw(std::span<const float> session, const ImagineOptions& options);

  /// Writes concept.nearest: at most `count` items that are not blocked. Concepts of given vectors
  /// are compared with those of the file's items; items without one, and added items, are near
  /// none. Others are compared with all rows of `table`. blocked: a bit an item, as TableRanker
  /// takes it.
  void FindNearest(std::span<const uint64_t> blocked, size_t count, TableRanker& table,
                   Concept& concept_);

 private:
  Imagination(const ModelView& view, ConceptSampler sampler, ConceptWriter writer)
      : attribute_count_(view.attribute_names().size()),
        item_titles_(view.item_titles()),
        width_(ImagineSpec::ConceptWidth(view.spec)),
        logit_scale_(view.spec.logit_scale),
        sampler_(std::move(sampler)),
        writer_(std::move(writer)) {}
  Status CheckOptions(const ImagineOptions& options) const;
  /// Draws `count` concepts, numbered from `first` on, and appends those that carry no attribute of
  /// options.avoid.
  Status DrawSome(std::span<const float> session, const ImagineOptions& options, uint32_t first,
                  size_t count, std::vector<Concept>& concepts);
  /// Draws titles until one is not the title of an item of the file, a few times at most.
  Result<std::string> InventTitle(const float* row, const Random& random);

  size_t attribute_count_;
  StringTableView item_titles_;
  size_t width_;  ///< V
  float logit_scale_;
  ConceptSampler sampler_;
  ConceptWriter writer_;
  std::optional<ScanQuery> space_;   ///< over the given vectors, if concepts are such
  std::vector<ScoredItem> nearest_;  ///< scratch
  AlignedBuffer<float> rows_;        ///< [kMaxConcepts, V]
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_IMAGINE_CONCEPT_H_
