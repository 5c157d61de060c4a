// Two targets. `config`: what training is asked to do, as a TOML file, as values of --set, and as
// the settings that a checkpoint keeps. What is accepted says the same when it is written and read
// again, before and after the data set has decided what was open. `checkpoint`: the file as a
// whole; nothing but the bytes as they were written is read.
#include <algorithm>
#include <cstring>

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "native/dataset/import.h"
#include "native/files/whole_file.h"
#include "native/train/train_config.h"
#include "tests/fuzz/targets/fuzz_target.h"

namespace tsugi {
namespace {

namespace config {

using namespace train;

enum class Kind : uint8_t { kToml, kSettings, kSaved };
constexpr uint8_t kKinds = 3;

/// Events with times, actions and values, items with titles, genres and vectors.
const Dataset& SharedDataset() {
  static const Dataset dataset = [] {
    static const FuzzFolder folder;
    std::string events = "user,item,time,action,value\n";
    for (int i = 0; i < 48; ++i) {
      events += "u" + std::to_string(i / 6) + "," + std::to_string(i * i % 7) + "," +
                std::to_string(1'600'000'000 + i * 4000) + (i % 2 ? ",view," : ",buy,") +
                std::to_string(i % 5 + 1) + "\n";
    }
    ImportOptions options;
    options.events = {folder.Write("events.csv", BytesOf(events))};
    options.event_reader.action_column = "action";
    options.event_reader.value_column = "value";
    options.items = folder.Write(
        "items.csv", BytesOf("id,title,genres\n0,Winter,War\n1,Night,War|Crime\n2,Day,Crime\n"));
    options.item_vectors = {{"image", folder.Write("v.csv", BytesOf("id,v\n1,\"[1,2]\"\n")), {}}};
    options.min_count = 1;
    options.out = folder.path("data");
    Require(ImportLog(options).ok(), "the data set is made");
    return std::move(Dataset::Open(options.out)).value();
  }();
  return dataset;
}

/// Parts that NUL separates: a setting may hold any other character.
std::vector<std::string> SettingsOf(std::string_view text) {
  std::vector<std::string> settings;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('\0', begin), text.size());
    settings.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return settings;
}

void RequireMessage(const Status& status) {
  const std::string_view message = status.message();
  Require(!message.empty(), "an error says what is wrong");
  Require(message.size() < 2000, "in a message of a bounded length");
  const bool is_line =
      std::ranges::none_of(message, [](char c) { return static_cast<uint8_t>(c) < 32; });
  if (!is_line) std::fprintf(stderr, "%.*s\n", static_cast<int>(message.size()), message.data());
  Require(is_line, "on one line");
}

/// Requires that TOML of a config is read as the same config.
TrainConfig ReadAgain(const TrainConfig& first) {
  const std::string text = ToToml(first);
  const auto again = MakeConfig("next", text, "again", {});
  Require(again.ok(), "what is written is read");
  Require(ToToml(*again) == text, "and is the same");
  const auto changes = DescribeChanges(text, ToToml(*again));
  Require(changes.ok() && changes->empty(), "and has no changes");
  return *again;
}

void UseConfig(const TrainConfig& first) {
  const TrainConfig again = ReadAgain(first);
  const auto resolved = ResolveConfig(first, SharedDataset());
  const auto resolved_again = ResolveConfig(again, SharedDataset());
  Require(resolved.ok() == resolved_again.ok(), "equal configs resolve alike");
  if (!resolved.ok()) return RequireMessage(resolved.status());
  Require(!DescribeKeys(*resolved).empty(), "keys are described");
  Require(ToToml(*resolved) == ToToml(*resolved_again), "to the same");
  Require(MakeSpec(*resolved, SharedDataset()).Validate().ok(), "the spec is valid");
  Require(!DescribeResolved(*resolved, SharedDataset()).empty(), "what was resolved is described");
  const auto twice = ResolveConfig(ReadAgain(*resolved), SharedDataset());
  Require(twice.ok() && ToToml(*twice) == ToToml(*resolved), "a resolved config stays as it is");
}

std::vector<FuzzBytes> Seeds() {
  std::vector<FuzzBytes> seeds;
  const auto add = [&](Kind kind, std::string_view text) {
    FuzzBytes& seed = seeds.emplace_back(FuzzBytes{static_cast<uint8_t>(kind)});
    seed.insert(seed.end(), text.begin(), text.end());
  };
  for (const Preset& preset : Presets()) add(Kind::kToml, preset.text);
  TrainConfig all;
  add(Kind::kToml, ToToml(all));
  add(Kind::kSaved, ToToml(all));
  add(Kind::kToml, "width = 1_28\nloss = \"gbce\"\n[intent]\n# comment\n[imagine]\nsteps = 0x8\n");
  add(Kind::kToml,
      "a.b.c = {d = [1, {e = 2}], f = 1979-05-27T07:32:00Z}\n\"q\\u00e9\" = '''\nx'''");
  std::string deep = "a";  // it once filled the stack
  for (int i = 0; i < 20'000; ++i) deep += ".a";
  add(Kind::kToml, deep + " = 1");
  add(Kind::kSaved, deep + " = 1");
  add(Kind::kToml, "dropout = nan\nwindow = inf\n[[part]]\nx = 07:32:00\n");
  for (const ConfigSection& section : Sections(all)) {
    for (const Field& field : section.fields) {
      const std::string key = KeyOf(section, field);
      add(Kind::kSettings, key + "=" + ToText(field.Get()) + std::string(1, '\0') + key + " = 3");
    }
  }
  constexpr char kSeveral[] = "width=2e3\0loss=sampled_softmax\0actions=on\0w=\0=3";
  add(Kind::kSettings, {kSeveral, sizeof kSeveral - 1});
  return seeds;
}

void One(std::span<const uint8_t> input) {
  if (input.empty()) return;
  const auto kind = static_cast<Kind>(input[0] % kKinds);
  const std::string text(input.begin() + 1, input.end());
  if (kind == Kind::kSaved) {
    const auto changes = DescribeChanges(text, ToToml({}));
    if (!changes.ok()) return Require(!changes.status().message().empty(), "an error says why");
    const auto back = DescribeChanges(ToToml({}), text);
    Require(back.ok() && back->empty() == changes->empty(), "changes are seen from both sides");
    return;
  }
  const bool is_toml = kind == Kind::kToml;
  const auto made = MakeConfig("next", is_toml ? text : "", "c.toml",
                               is_toml ? std::vector<std::string>() : SettingsOf(text));
  if (made.ok()) return UseConfig(*made);
  RequireMessage(made.status());
  if (is_toml) Require(made.status().message().starts_with("c.toml:"), "and where");
}

void Repair(FuzzBytes&) {}

[[maybe_unused]] constexpr FuzzTarget kTarget = {Seeds, One, Repair};

}  // namespace config

namespace checkpoint {

constexpr size_t kHashBytes = 8;

/// Takes bytes.
class Collected : public ByteSink {
 public:
  Status Append(std::span<const uint8_t> bytes) override {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return {};
  }
  const FuzzBytes& bytes() const { return bytes_; }

 private:
  FuzzBytes bytes_;
};

/// In two pieces, as an archive is written in many.
FuzzBytes Hashed(std::span<const uint8_t> content) {
  Collected collected;
  HashedSink sink(collected);
  Require(sink.Append(content.first(content.size() / 3)).ok(), "bytes are taken");
  Require(sink.Append(content.subspan(content.size() / 3)).ok(), "bytes are taken");
  Require(sink.Finish().ok(), "the hash is written");
  return collected.bytes();
}

auto Read(const FuzzFolder& folder, std::span<const uint8_t> bytes) {
  return ReadHashedFile(folder.Write("checkpoint.pt", bytes), "a tsugi checkpoint",
                        "another --out");
}

std::vector<FuzzBytes> Seeds() {
  return {Hashed(BytesOf("a")), Hashed(BytesOf("PK\x03\x04 tensors by name")),
          Hashed(FuzzBytes(300, 7)), BytesOf("no hash")};
}

void One(std::span<const uint8_t> input) {
  static FuzzFolder folder;
  const auto content = Read(folder, input);
  if (!content.ok()) {
    Require(content.status().message().find("checkpoint.pt: ") != std::string_view::npos &&
                content.status().message().find("Try: ") != std::string_view::npos,
            "an error names the file and a remedy");
    const bool is_whole = input.size() > kHashBytes &&
                          std::ranges::equal(Hashed(input.first(input.size() - kHashBytes)), input);
    return Require(!is_whole, "what was written is read");
  }
  Require(std::ranges::equal(Hashed(content->span()), input), "content and hash are the file");
  FuzzBytes changed(input.begin(), input.end());
  const uint64_t choice = FnvHash({reinterpret_cast<const char*>(input.data()), input.size()});
  changed[choice % changed.size()] ^= static_cast<uint8_t>(1u << (choice >> 32) % 8);
  Require(!Read(folder, changed).ok(), "a changed bit is refused");
}

void Repair(FuzzBytes& input) {
  if (input.size() <= kHashBytes) return;
  input = Hashed(std::span(input).first(input.size() - kHashBytes));
}

[[maybe_unused]] constexpr FuzzTarget kTarget = {Seeds, One, Repair};

}  // namespace checkpoint

}  // namespace

std::vector<FuzzBytes> FuzzSeeds() { return TSUGI_FUZZ_TARGET::kTarget.seeds(); }
void FuzzOne(std::span<const uint8_t> input) { TSUGI_FUZZ_TARGET::kTarget.one(input); }
void FuzzRepair(FuzzBytes& input) { TSUGI_FUZZ_TARGET::kTarget.repair(input); }

}  // namespace tsugi
