#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/recommender.h"
#include "core/session.h"
#include "native/cli/commands.h"
#include "native/model/model_file.h"

namespace tsugi {
namespace {

constexpr uint32_t kListLength = 10;

struct Arguments {
  std::string model;
  bool as_json = false;
};

struct Timing {
  std::string name;
  double p50_ms = 0.0;
  double p95_ms = 0.0;
};

/// Times `work` again and again: at least 5 and at most 2,000 times, about half a second in all.
/// Quantiles and no mean, which one interruption by the system would move.
Result<Timing> Measure(const std::string& name, const std::function<Status()>& work) {
  using Clock = std::chrono::steady_clock;
  TSUGI_RETURN_IF_ERROR(work());  // warm-up
  std::vector<double> times_ms;
  const auto begin = Clock::now();
  while (times_ms.size() < 5 ||
         (times_ms.size() < 2000 && Clock::now() - begin < std::chrono::milliseconds(500))) {
    const auto start = Clock::now();
    TSUGI_RETURN_IF_ERROR(work());
    times_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  std::sort(times_ms.begin(), times_ms.end());
  return Timing{name, times_ms[times_ms.size() / 2], times_ms[times_ms.size() * 95 / 100]};
}

/// The seed is fixed, so two builds time the same events. "load to first list" reads a file that
/// the warm-up has brought into memory: it times reading and packing, not the disk.
Result<std::vector<Timing>> MeasureAll(const Arguments& arguments, const Model& model) {
  TSUGI_ASSIGN_OR_RETURN(const auto recommender, Recommender::Create(model.view()));
  TSUGI_ASSIGN_OR_RETURN(const auto session, recommender->CreateSession());
  const ModelSpec& spec = recommender->spec();
  Random random(1);
  std::vector<Event> window;
  for (uint32_t i = 0; i < spec.encoder.window; ++i) {
    window.push_back({static_cast<uint32_t>(random.NextBelow(spec.item_count))});
  }
  const auto list = [&](Session& of) { return of.Recommend({.k = kListLength}).status(); };
  std::vector<Timing> timings;
  TSUGI_ASSIGN_OR_RETURN(
      timings.emplace_back(), Measure("load to first list", [&]() -> Status {
        TSUGI_ASSIGN_OR_RETURN(const Model fresh, LoadModelFile(arguments.model));
        TSUGI_ASSIGN_OR_RETURN(const auto engine, Recommender::Create(fresh.view()));
        TSUGI_ASSIGN_OR_RETURN(const auto first, engine->CreateSession());
        TSUGI_RETURN_IF_ERROR(first->Push(window[0]));
        return list(*first);
      }));
  TSUGI_RETURN_IF_ERROR(session->Assign(window));
  TSUGI_ASSIGN_OR_RETURN(timings.emplace_back(), Measure("one event and top 10", [&]() -> Status {
                           TSUGI_RETURN_IF_ERROR(session->Push(
                               {static_cast<uint32_t>(random.NextBelow(spec.item_count))}));
                           return list(*session);
                         }));
  TSUGI_ASSIGN_OR_RETURN(timings.emplace_back(), Measure("full window and top 10", [&]() -> Status {
                           TSUGI_RETURN_IF_ERROR(session->Assign(window));
                           return list(*session);
                         }));
  return timings;
}

Status Benchmark(const Arguments& arguments) {
  TSUGI_ASSIGN_OR_RETURN(const Model model, LoadModelFile(arguments.model));
  TSUGI_ASSIGN_OR_RETURN(const auto timings, MeasureAll(arguments, model));
  const ModelSpec& spec = model.view().spec;
  nlohmann::ordered_json json = {{"engine", EngineInfo(spec.weight_dtype)},
                                 {"model_bytes", model.file_bytes()},
                                 {"catalogue", spec.item_count},
                                 {"window", spec.encoder.window}};
  char line[128];
  std::string text = json["engine"].get<std::string>() + ", one thread, " +
                     std::to_string(spec.item_count) + " items, window " +
                     std::to_string(spec.encoder.window) + "\n";
  for (const Timing& timing : timings) {
    std::string key = timing.name;
    std::replace(key.begin(), key.end(), ' ', '_');
    json["timings"][key] = {{"p50_ms", timing.p50_ms}, {"p95_ms", timing.p95_ms}};
    std::snprintf(line, sizeof line, "%-24s  p50 %9.4f ms  p95 %9.4f ms\n", timing.name.c_str(),
                  timing.p50_ms, timing.p95_ms);
    text += line;
  }
  Print(arguments.as_json ? json.dump(2) + "\n" : text);
  return Status();
}

}  // namespace

void AddBenchmarkCommand(CLI::App& app, CommandContext& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb =
      AddVerb(app, context, "benchmark", "Times a model on this machine, one thread",
              "tsugi benchmark model.tsugi", [arguments] { return Benchmark(*arguments); });
  verb->add_option("MODEL", arguments->model, "model file")->required();
  verb->add_flag("--json", arguments->as_json, "print one JSON object");
}

}  // namespace tsugi
