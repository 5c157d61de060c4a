// A model file, and the calls of the C ABI that a page makes with it.
#include <cmath>
#include <cstring>

#include "model_format/checksum.h"
#include "native/c_api/tsugi.h"
#include "tests/fuzz/targets/fuzz_target.h"
#include "tests/golden/golden_models.h"
#include "tests/model_format/model_forge.h"

namespace tsugi {
namespace {

constexpr int32_t kLongest = 16;

/// Asks a session for everything once. A list has items that exist, best first, and finite scores.
void Ask(tsugi_recommender* recommender, tsugi_session* session) {
  int32_t item_count = 0, items[kLongest], count = 0;
  float scores[kLongest];
  Require(tsugi_recommender_item_count(recommender, &item_count) == TSUGI_OK, "item count");
  for (int32_t ranking = TSUGI_RANK_ITEM_TABLE; ranking <= TSUGI_RANK_WORDS; ++ranking) {
    tsugi_recommend_options options;
    tsugi_options_init(TSUGI_RECOMMEND, &options);
    options.k = kLongest;
    options.ranking = ranking;
    options.diversity = ranking == TSUGI_RANK_ITEM_TABLE ? 0.3f : 0.0f;
    if (ranking == TSUGI_RANK_WORDS) {
      options.query = "winter crime";
      options.query_bytes = 12;
    }
    count = -1;
    if (tsugi_session_recommend(session, &options, items, scores, &count) != TSUGI_OK) continue;
    Require(count >= 0 && count <= kLongest, "length of a list");
    for (int32_t i = 0; i < count; ++i) {
      Require(items[i] >= 0 && items[i] < item_count, "an item of a list exists");
      Require(std::isfinite(scores[i]), "a score is finite");
    }
  }
  tsugi_continue_options drawing;
  tsugi_options_init(TSUGI_CONTINUE, &drawing);
  (void)tsugi_session_continue(session, &drawing, nullptr, items, &count);
  tsugi_reason reason;
  const int32_t first = 0;
  (void)tsugi_session_explain(session, &first, 1, 1, &reason);
  const float *probabilities = nullptr, *weights = nullptr;
  (void)tsugi_session_intent(session, &probabilities, &count, &weights, &count);
  tsugi_imagine_options imagining;
  tsugi_options_init(TSUGI_IMAGINE, &imagining);
  imagining.n = 1;
  imagining.steps = 2;
  const char* text = nullptr;
  size_t bytes = 0;
  (void)tsugi_session_imagine(session, &imagining, &text, &bytes);
}

void Use(tsugi_recommender* recommender) {
  char text[4096];
  size_t bytes = 0;
  (void)tsugi_recommender_describe(recommender, text, sizeof text, &bytes);
  for (int32_t table = TSUGI_ITEM_IDS; table <= TSUGI_ACTION_NAMES; ++table) {
    const uint64_t* offsets = nullptr;
    const char* strings = nullptr;
    int32_t count = 0;
    if (tsugi_recommender_strings(recommender, table, &offsets, &strings, &count) != TSUGI_OK)
      continue;
    uint64_t sum = 0;
    for (int32_t i = 0; i < count; ++i) sum += offsets[i + 1] - offsets[i];
    Require(count == 0 || sum == offsets[count] - offsets[0], "offsets ascend");
  }
  tsugi_session* session = nullptr;
  if (tsugi_session_create(recommender, &session) != TSUGI_OK) return;
  Ask(recommender, session);
  (void)tsugi_session_add_item(session, "new", 3, "Winter", 6, "genre=a", 7, nullptr, 0, nullptr);
  const int32_t items[] = {0, 1, 0};
  const double times_s[] = {1e9, 1e9 + 60, 1e9 + 1e6};
  (void)tsugi_session_push(session, items, times_s, nullptr, nullptr, 3, nullptr);
  Ask(recommender, session);
  std::vector<uint8_t> saved(1 << 16);
  if (tsugi_session_save(session, saved.data(), saved.size(), &bytes) == TSUGI_OK) {
    Require(tsugi_session_restore(session, saved.data(), bytes, nullptr) == TSUGI_OK,
            "what was saved is restored");
  }
  (void)tsugi_session_rollback(session, 1, nullptr);
  tsugi_session_destroy(session);
}

}  // namespace

std::vector<FuzzBytes> FuzzSeeds() {
  std::vector<FuzzBytes> seeds;
  for (const std::string_view name : GoldenModelNames()) seeds.push_back(GoldenBytes(name));
  return seeds;
}

void FuzzOne(std::span<const uint8_t> input) {
  tsugi_buffer* buffer = nullptr;
  uint8_t* data = nullptr;
  if (tsugi_buffer_reserve(&buffer, input.size(), &data) != TSUGI_OK) return;
  if (!input.empty()) std::memcpy(data, input.data(), input.size());
  tsugi_recommender* recommender = nullptr;
  if (tsugi_recommender_create(buffer, input.size(), &recommender) != TSUGI_OK) {
    Require(tsugi_last_error()[0] != '\0', "an error says what is wrong");
    return;
  }
  Use(recommender);
  tsugi_recommender_destroy(recommender);
}

namespace {

/// A checksum that fits, and where it belongs.
struct Fix {
  size_t at;
  uint64_t checksum;
};

/// Adds the checksum of a segment, if it lies in the file.
void AddFix(const fbs::Segment* segment, uint64_t base, const FuzzBytes& input,
            std::vector<Fix>& fixes) {
  if (segment == nullptr || base > input.size() || segment->offset() > input.size() - base ||
      segment->bytes() > input.size() - base - segment->offset()) {
    return;
  }
  const auto* table = reinterpret_cast<const flatbuffers::Table*>(segment);
  const uint8_t* const at = table->GetAddressOf(fbs::Segment::VT_CHECKSUM);
  if (at == nullptr) return;
  const auto bytes = std::span(input).subspan(base + segment->offset(), segment->bytes());
  fixes.push_back({static_cast<size_t>(at - input.data()), ComputeChecksum(bytes)});
}

}  // namespace

// The checksums of the segments if the metadata can be read, then those of metadata and header.
void FuzzRepair(FuzzBytes& input) {
  if (input.size() < kFileHeaderBytes) return;
  FixChecksums(input);
  const auto header = FileHeader::Decode(input);
  // Aligned, as a file in memory is.
  if (!header.ok() || reinterpret_cast<uintptr_t>(input.data()) % 8 != 0) return;
  uint8_t* const metadata = input.data() + header->metadata_offset;
  flatbuffers::Verifier verifier(metadata, header->metadata_bytes);
  if (!fbs::VerifyModelBuffer(verifier)) return;
  const fbs::Model* model = fbs::GetModel(metadata);
  // Collected first: tables of a hostile file overlap, so one that was written to may not be read.
  std::vector<Fix> fixes;
  const auto fix = [&](const fbs::Segment* one) {
    AddFix(one, header->segment_base, input, fixes);
  };
  if (model->tensors() != nullptr) {
    for (const fbs::Tensor* tensor : *model->tensors()) fix(tensor->segment());
  }
  if (model->strings() != nullptr) {
    for (const fbs::NamedStrings* named : *model->strings()) {
      if (named->strings() == nullptr) continue;
      fix(named->strings()->offsets());
      fix(named->strings()->text());
    }
  }
  if (model->item_attributes() != nullptr) {
    fix(model->item_attributes()->offsets());
    fix(model->item_attributes()->indices());
  }
  for (const Fix& one : fixes) {
    std::memcpy(input.data() + one.at, &one.checksum, sizeof one.checksum);
  }
  FixChecksums(input);
}

}  // namespace tsugi
