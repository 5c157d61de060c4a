// A saved session, restored by golden models: all or nothing, and what is restored is saved again.
#include <cstring>
#include <memory>

#include "core/base/bytes.h"
#include "core/recommender.h"
#include "core/session.h"
#include "model_format/reader.h"
#include "tests/core/seal_session.h"
#include "tests/fuzz/targets/fuzz_target.h"
#include "tests/model_format/model_forge.h"

namespace tsugi {
namespace {

constexpr const char* kModels[] = {"gated_i8", "context_i8", "vectors_i8", "semantic_i8"};
constexpr size_t kHeaderBytes = 24, kChecksumBytes = 8, kFingerprintAt = 8;

/// A golden model that stays open for all inputs, with one session.
struct Opened {
  explicit Opened(const char* name) : model(std::move(ReadCopy(GoldenBytes(name))).value()) {
    recommender = std::move(Recommender::Create(model.view())).value();
  }
  Model model;
  std::unique_ptr<Recommender> recommender;
};

Opened& ModelOf(uint8_t number) {
  static Opened models[] = {Opened(kModels[0]), Opened(kModels[1]), Opened(kModels[2]),
                            Opened(kModels[3])};
  return models[number % std::size(models)];
}

FuzzBytes Save(const Session& session) {
  FuzzBytes bytes(session.SavedBytes());
  Require(session.Save(bytes).ok(), "a session is saved");
  return bytes;
}

}  // namespace

// The first byte chooses the model.
std::vector<FuzzBytes> FuzzSeeds() {
  std::vector<FuzzBytes> seeds;
  for (uint8_t number = 0; number < std::size(kModels); ++number) {
    const auto session = std::move(ModelOf(number).recommender->CreateSession()).value();
    (void)session->AddItem({"new", {"Winter crime", {}}}).ok();
    (void)session->Assign(std::vector<Event>{{1, 1'000'000'000}, {2, 1'000'000'060, 1, 3.5f}}).ok();
    if (session->FindItem("new").value()) (void)session->Push({5}).ok();
    FuzzBytes seed = {number};
    const FuzzBytes saved = Save(*session);
    seed.insert(seed.end(), saved.begin(), saved.end());
    seeds.push_back(std::move(seed));
  }
  return seeds;
}

void FuzzOne(std::span<const uint8_t> input) {
  if (input.empty()) return;
  Opened& opened = ModelOf(input[0]);
  const auto session = std::move(opened.recommender->CreateSession()).value();
  Require(session->Push({1}).ok(), "an event is pushed");
  const FuzzBytes before = Save(*session);
  const Status status = session->Restore(input.subspan(1));
  if (!status.ok()) {
    Require(Save(*session) == before, "a refused session changes nothing");
    return;
  }
  const FuzzBytes after = Save(*session);
  Require(session->Restore(after).ok(), "what is saved after restoring is restored");
  Require(Save(*session) == after, "and saved alike");
  const auto list = session->Recommend({.k = 8});
  Require(list.ok(), "a restored session recommends");
}

// The fingerprint of the model and the checksum.
void FuzzRepair(FuzzBytes& input) {
  if (input.size() < 1 + kHeaderBytes + kChecksumBytes) return;
  StoreLittleEndian(ModelOf(input[0]).model.view().fingerprint, input.data() + 1 + kFingerprintAt);
  SealSession(std::span(input).subspan(1));
}

}  // namespace tsugi
