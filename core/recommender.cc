#include "core/recommender.h"

#include "core/engine_parts.h"
#include "core/session.h"

namespace tsugi {

Recommender::Recommender(std::unique_ptr<EngineParts> parts) : parts_(std::move(parts)) {}
Recommender::~Recommender() = default;

Result<std::unique_ptr<Recommender>> Recommender::Create(const ModelView& view) {
  TSUGI_RETURN_IF_ERROR(view.Validate());
  TSUGI_ASSIGN_OR_RETURN(SessionEncoder encoder, SessionEncoder::Create(view));
  TSUGI_ASSIGN_OR_RETURN(auto ranker, CatalogueRanker::Create(view));
  TSUGI_ASSIGN_OR_RETURN(Workspace workspace, Workspace::Create(view.spec));
  auto parts = std::make_unique<EngineParts>(
      EngineParts{view.spec, view.fingerprint, ItemTable(view), EventTokenizer(view),
                  std::move(encoder), std::move(workspace),
                  std::vector<uint32_t>(view.spec.short_term_events > 0 ? view.spec.window : 0),
                  std::move(ranker), EventEffects(view)});
  return std::unique_ptr<Recommender>(new Recommender(std::move(parts)));
}

const ModelSpec& Recommender::spec() const { return parts_->spec; }

Result<std::unique_ptr<Session>> Recommender::CreateSession() const {
  return Session::Create(*parts_);
}

}  // namespace tsugi
