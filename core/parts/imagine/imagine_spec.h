#ifndef TSUGI_CORE_PARTS_IMAGINE_IMAGINE_SPEC_H_
#define TSUGI_CORE_PARTS_IMAGINE_IMAGINE_SPEC_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/model/spec_visitor.h"

namespace tsugi {

/// The part `imagine`: a diffusion prior over vectors of items and a decoder that describes its
/// samples (core/parts/imagine/concept.h). The vectors are the rows of the item table, for which
/// the model must score by cosine, or vectors that were given to training, e.g. of the items'
/// images.
struct ImagineSpec {
  uint32_t width = 4;       ///< of the denoiser's blocks
  uint32_t blocks = 1;      ///< of the denoiser
  uint32_t attributes = 0;  ///< A, that a concept is described with; 0: concepts have none
  uint32_t words = 0;       ///< that titles are written with, the end included; 0: no titles
  uint32_t space = 0;  ///< V, width of the given vectors; 0: concepts are rows of the table, [W]

  /// Width of a concept: V or W. Requires: model.imagine.
  static uint32_t ConceptWidth(const ModelSpec& model);

  // What a part's spec offers: core/model/parts.h.
  static constexpr char kName[] = "imagine";
  static constexpr uint32_t kRequiredFeatures = 0;
  static constexpr bool kComesFirst = false;
  void VisitFields(SpecVisitor& visitor);
  static Status CheckSpec(const ModelSpec& model);
  static void AddTensors(const ModelSpec& model, TensorTableBuilder& table);
  static void AddStrings(const ModelSpec& model, std::vector<StringsEntry>& table);
  static Status CheckView(const ModelView& view);
  static void AddCapabilities(const ModelSpec& model, std::vector<std::string_view>& names);
  bool operator==(const ImagineSpec&) const = default;
};

inline constexpr char kImagine[] = "imagine.";          ///< the denoiser
inline constexpr char kConcept[] = "imagine.concept.";  ///< the decoder of its samples
/// [N, V] given vectors of length 1; zeros for an item without one.
inline constexpr char kConceptSpace[] = "imagine.space";
inline constexpr uint32_t kConditionWidth = 64;  ///< E, width of the denoiser's condition
inline constexpr uint32_t kTitleWidth = 64;      ///< of the words of titles
inline constexpr uint32_t kTitleContext = 2;     ///< words that the next one follows from
/// [words] of titles; the first is "", the end of a title.
inline constexpr char kTitleWordStrings[] = "imagine.title_words";

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_IMAGINE_IMAGINE_SPEC_H_
