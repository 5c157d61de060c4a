#ifndef TSUGI_CORE_PARTS_IMAGINE_CONCEPT_H_
#define TSUGI_CORE_PARTS_IMAGINE_CONCEPT_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/parts/imagine/concept_sampler.h"
#include "core/parts/imagine/concept_writer.h"

namespace tsugi {

struct ImagineOptions {
  uint32_t n = 4;             ///< concepts, 1 to ConceptSampler::kMaxConcepts
  SampleOptions sample = {};  ///< guidance 0 to 100
  /// Attributes that no concept may carry (more likely than not, or likeliest of their field). A
  /// concept that does is drawn again, eight times at most; then fewer than n come back.
  std::span<const uint32_t> avoid = {};
  uint32_t nearest = 3;  ///< items to find beside each concept
};

/// An item that is near to a concept.
struct NearItem {
  uint32_t item_index;
  float cosine;
};

/// An item that no catalogue holds: a row like those of the item table, and what it stands for.
struct Concept {
  std::vector<float> row;                    ///< [W], length one
  std::vector<ConceptAttribute> attributes;  ///< as ConceptWriter::Attributes
  std::string title;                         ///< invented; empty if the model writes none
  std::vector<NearItem> nearest;             ///< real items, nearest first

  /// 1 - the nearest item's cosine; 1 if none was looked for.
  float Novelty() const { return nearest.empty() ? 1.0f : 1.0f - nearest.front().cosine; }
};

/// The parts of a model that imagine.
class Imagination {
 public:
  /// Packs the weights. Requires: view.spec.imagine_width > 0, view.Validate().ok(). Borrows the
  /// view's memory. Errors: kOutOfMemory, kUnsupported.
  static Result<std::unique_ptr<Imagination>> Create(const ModelView& view);

  /// Draws and describes concepts, without their nearest items. session [W] or empty: of nobody.
  /// Errors: kInvalidArgument for options out of range, kOutOfRange for an attribute that the model
  /// does not have, kOutOfMemory, kInternal.
  Result<std::vector<Concept>> Draw(std::span<const float> session, const ImagineOptions& options);

 private:
  Imagination(const ModelView& view, ConceptSampler sampler, ConceptWriter writer)
      : attribute_count_(view.attribute_names.size()),
        item_titles_(view.item_titles),
        width_(view.spec.row_width()),
        sampler_(std::move(sampler)),
        writer_(std::move(writer)) {}
  Status CheckOptions(const ImagineOptions& options) const;
  /// Appends those of `count` concepts from number `first` on that avoid what is to be avoided.
  Status DrawSome(std::span<const float> session, const ImagineOptions& options, uint32_t first,
                  size_t count, std::vector<Concept>& concepts);
  /// A title that no item of the file has, if a few draws find one.
  Result<std::string> InventTitle(const float* row, const Random& random);

  size_t attribute_count_;
  StringTableView item_titles_;
  size_t width_;  ///< W
  ConceptSampler sampler_;
  ConceptWriter writer_;
  AlignedBuffer<float> rows_;  ///< [kMaxConcepts, W]
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_IMAGINE_CONCEPT_H_
