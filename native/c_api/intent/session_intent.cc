// What predicted intents add to the C ABI.
#include "native/c_api/arguments.h"
#include "native/c_api/handles.h"
#include "native/c_api/parts.h"

namespace tsugi {
namespace {

Status ReadIntent(const tsugi_session* handle, const float** probabilities, int32_t* label_count,
                  const float** weights, int32_t* family_count) {
  TSUGI_RETURN_IF_ERROR(CheckPointer(handle, "session"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(probabilities, "probabilities"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(label_count, "label_count"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(weights, "weights"));
  TSUGI_RETURN_IF_ERROR(CheckPointer(family_count, "family_count"));
  if (!handle->recommender->engine->spec().intent) {
    return Unsupported("the model predicts no intents; train one with --preset intent");
  }
  // Views of the session's readout: no copy, hence "valid until the session changes".
  const IntentReadout intent = handle->session->intent();
  *probabilities = intent.probabilities.data();
  *label_count = static_cast<int32_t>(intent.probabilities.size());
  *weights = intent.weights.data();
  *family_count = static_cast<int32_t>(intent.weights.size());
  return Status();
}

}  // namespace

Result<StringTableView> IntentLabels(const tsugi_recommender& recommender) {
  return recommender.model.view().Strings(kIntentLabelStrings);
}

}  // namespace tsugi

int32_t tsugi_session_intent(const tsugi_session* session, const float** probabilities,
                             int32_t* label_count, const float** weights, int32_t* family_count) {
  return tsugi::Guard(session, [&] {
    return tsugi::ReadIntent(session, probabilities, label_count, weights, family_count);
  });
}
