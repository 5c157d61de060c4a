#include "core/parts/imagine/imagine_spec.h"

#include "core/base/text.h"
#include "core/model/model_view.h"
#include "core/model/tensor_table.h"

namespace tsugi {

void ImagineSpec::VisitFields(SpecVisitor& visitor) {
  visitor.Count("width", width, {4, 4096});
  visitor.Count("blocks", blocks, {1, 64});
  visitor.Count("attributes", attributes, {0, 1u << 20});
  visitor.Count("words", words, {0, 1u << 20});
  visitor.Count("space", space, {4, 4096, true});
}

uint32_t ImagineSpec::ConceptWidth(const ModelSpec& model) {
  return model.imagine->space > 0 ? model.imagine->space : model.row_width();
}

// The diffusion works on vectors of length one. Given ones are; rows of the item table are so only
// in a model that scores by cosine.
Status ImagineSpec::CheckSpec(const ModelSpec& model) {
  if (model.normalize_hidden || model.imagine->space > 0) return Status();
  return InvalidArgument("spec.imagine: a model that imagines must score by cosine");
}

// First the denoiser (concept_denoiser.h), which maps concepts to concepts under a condition [E];
// then the decoder of its samples (concept_writer.h), of which a model may lack either half; last
// the vectors of the items, if they are not those of the item table.
void ImagineSpec::AddTensors(const ModelSpec& model, TensorTableBuilder& table) {
  const ImagineSpec& spec = *model.imagine;
  const uint64_t h = spec.width, e = kConditionWidth, v = ConceptWidth(model);
  const std::string imagine = kImagine, of_concept = kConcept;
  table.Linear(Concat(imagine, "time"), e, e);
  table.Linear(Concat(imagine, "session"), e, model.row_width());
  table.Vector(Concat(imagine, "no_session"), e);
  table.FloatMatrix(Concat(imagine, "rating"), 3, e);  // dislike, like, none
  table.Linear(Concat(imagine, "input"), h, v);
  for (uint32_t block = 0; block < spec.blocks; ++block) {
    const std::string prefix = LayerPrefix(block, imagine);
    table.Linear(Concat(prefix, "modulation"), 3 * h, e);  // rows: scale, shift, gate
    table.Linear(Concat(prefix, "up"), 2 * h, h);          // rows: silu half, linear half
    table.Linear(Concat(prefix, "down"), h, h);
  }
  table.Linear(Concat(imagine, "modulation"), 2 * h, e);  // rows: scale, shift
  table.Linear(Concat(imagine, "output"), v, h);
  if (spec.attributes > 0) table.Linear(Concat(of_concept, "attributes"), spec.attributes, v);
  if (spec.words > 0) {
    table.Linear(Concat(of_concept, "title"), kTitleWidth, v);
    table.FloatMatrix(Concat(of_concept, "title_order"), kTitleContext, kTitleWidth);
    table.Linear(Concat(of_concept, "words"), spec.words, kTitleWidth);
  }
  if (spec.space > 0) table.Matrix(kConceptSpace, model.item_count, spec.space);
}

void ImagineSpec::AddStrings(const ModelSpec& model, std::vector<StringsEntry>& table) {
  const uint32_t words = model.imagine->words;
  if (words > 0) table.push_back({kTitleWordStrings, words, true, false});
}

// The decoder numbers its outputs as the file numbers its attributes, so there must be as many.
Status ImagineSpec::CheckView(const ModelView& view) {
  const uint32_t attributes = view.spec.imagine->attributes;
  const size_t expected = view.attribute_names().size();
  if (attributes == 0 || attributes == expected) return Status();
  return CorruptModel(Concat("spec.imagine.attributes: ", attributes, ", expected ", expected,
                             ", the attributes of the items", kDamagedFile));
}

void ImagineSpec::AddCapabilities(const ModelSpec&, std::vector<std::string_view>& names) {
  names.push_back("imagine");
}

}  // namespace tsugi
