// The engine against a forward pass in doubles written straight from the equations.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "core/model/model_view.h"
#include "core/model/tensor_table.h"
#include "core/recommender.h"
#include "core/session.h"
#include "core/session_input/event.h"
#include "tests/core/test_model.h"

namespace tsugi {
namespace {

using Matrix = std::vector<std::vector<double>>;  // [rows][columns]

/// The forward pass in doubles, straight from the equations, whole session at a time.
class NaiveModel {
 public:
  explicit NaiveModel(const ModelView& view) : view_(view), spec_(view.spec) {}

  std::vector<double> Query(const std::vector<Event>& events) {
    Matrix x = Features(events);
    if (spec_.intent) x = WithIntents(events, x);
    for (uint32_t layer = 0; layer < spec_.encoder.layers; ++layer)
      x = Layer(LayerPrefix(layer), x);
    std::vector<double> query = Norm("encoder.norm", x.back());
    if (spec_.projection_width > 0) {
      for (double& value : query) value += value * Sigmoid(value);
      query = Dense("items.output", query);
    }
    double squares = 0;
    for (const double value : query) squares += value * value;
    if (spec_.normalize_hidden) {
      for (double& value : query) value /= std::sqrt(squares);
    }
    return query;
  }

  /// After Query: of the last event.
  std::vector<double> probabilities, weights;

  double Score(const std::vector<double>& query, uint32_t item) const {
    double score = 0;
    const auto row = Row(kItemTable, item);
    for (size_t d = 0; d < row.size(); ++d) score += query[d] * row[d];
    return spec_.logit_scale * score;
  }

 private:
  Matrix Features(const std::vector<Event>& events) const {
    Matrix x;
    for (size_t i = 0; i < events.size(); ++i) {
      x.push_back(Row(kItemTable, events[i].item_index));
      for (double& value : x.back()) value *= spec_.input_scale;
      if (spec_.projection_width > 0) x.back() = Dense("items.input", x.back());
      const auto add = [&](const std::vector<double>& row) {
        for (size_t d = 0; d < row.size(); ++d) x.back()[d] += row[d];
      };
      if (spec_.time_gap_buckets > 0) {
        add(Row(kTimeGap, Bucket(i == 0 ? 0 : events[i - 1].time_s, events[i].time_s)));
      }
      if (spec_.action_count > 0) add(Row(kActions, events[i].action));
      if (spec_.value_buckets > 0) add(Row(kValues, ValuePlace(events[i].value)));
    }
    return x;
  }
  size_t ValuePlace(float value) const {
    if (std::isnan(value)) return 0;
    const auto edges = view_.Find(kValueEdges).as<float>();
    return 1 + static_cast<size_t>(std::count_if(edges.begin(), edges.end(),
                                                 [value](float edge) { return edge <= value; }));
  }
  // Event j is in the short-term window of event i.
  bool IsRecent(const std::vector<Event>& events, size_t i, size_t j) const {
    for (size_t k = i; k-- > j;) {
      if (i - k >= spec_.intent->short_term_events) return false;
      if (spec_.intent->short_term_s == 0 || events[i].time_s == 0 || events[k].time_s == 0)
        continue;
      if (events[i].time_s - events[k].time_s > spec_.intent->short_term_s) return false;
    }
    return true;
  }
  Matrix ShortTerm(const std::vector<Event>& events, const Matrix& features) const {
    Matrix qkv, s;
    for (const auto& row : features) {
      qkv.push_back(Dense("intent.short_term.qkv", Norm("intent.short_term.norm", row)));
    }
    for (size_t i = 0; i < features.size(); ++i) {
      const auto sees = [&](size_t j) { return IsRecent(events, i, j); };
      s.push_back(
          Dense("intent.short_term.output",
                Attend("intent.short_term.", spec_.intent->short_term_events, qkv, i, sees)));
    }
    return s;
  }
  Matrix WithIntents(const std::vector<Event>& events, const Matrix& features) {
    Matrix s;
    if (spec_.intent && spec_.intent->has_short_term()) s = ShortTerm(events, features);
    Matrix x = Input("intent.", features, s, {});
    for (uint32_t layer = 0; layer < spec_.intent->layers; ++layer) {
      x = Layer(LayerPrefix(layer, "intent."), x);
    }
    Matrix z;
    for (const auto& row : x) z.push_back(Mix(Norm("intent.norm", row)));
    return Input("encoder.", features, s, z);
  }
  Matrix Input(const std::string& encoder, const Matrix& f, const Matrix& s,
               const Matrix& z) const {
    Matrix x;
    for (size_t i = 0; i < f.size(); ++i) {
      std::vector<double> sum = Dense(encoder + "input", f[i]);
      const auto add = [&](const std::string& layer, const Matrix& part) {
        if (part.empty()) return;
        const auto y = Dense(encoder + layer, part[i]);
        for (size_t d = 0; d < sum.size(); ++d) sum[d] += y[d];
      };
      add("input_short_term", s);
      add("input_intent", z);
      x.push_back(Norm(encoder + "input_norm", sum));
    }
    return x;
  }
  std::vector<double> Mix(const std::vector<double>& encoded) {
    probabilities = Dense("intent.heads", encoded);
    weights.clear();
    Matrix projected;
    double weight_sum = 0;
    for (size_t family = 0, label = 0; family < spec_.intent->family_count(); ++family) {
      const size_t end = label + spec_.intent->family_labels[family];
      double sum = 0;
      for (size_t l = label; l < end; ++l) sum += std::exp(probabilities[l]);
      projected.push_back(Row("intent.projection_bias", family));
      for (; label < end; ++label) {
        probabilities[label] = std::exp(probabilities[label]) / sum;
        const auto row = Row("intent.projection", label);
        for (size_t d = 0; d < row.size(); ++d)
          projected[family][d] += probabilities[label] * row[d];
      }
      const auto attention = view_.Find("intent.attention").as<float>();
      double alpha = 0;
      for (size_t d = 0; d < attention.size(); ++d) alpha += attention[d] * projected[family][d];
      weights.push_back(std::exp(alpha));
      weight_sum += weights.back();
    }
    std::vector<double> z(spec_.encoder.width);
    for (size_t family = 0; family < weights.size(); ++family) {
      weights[family] /= weight_sum;
      for (size_t d = 0; d < z.size(); ++d) z[d] += weights[family] * projected[family][d];
    }
    return z;
  }
  size_t Bucket(int64_t previous_s, int64_t time_s) const {
    if (previous_s == 0 || time_s == 0) return 0;
    size_t bucket = 1;
    for (int64_t gap = time_s - previous_s; gap > 0; gap /= 2) ++bucket;
    return std::min<size_t>(bucket, spec_.time_gap_buckets - 1);
  }
  std::vector<double> Row(const std::string& name, size_t r) const {
    const TensorView tensor = view_.Find(name);
    const size_t width = tensor.shape.columns();
    std::vector<double> row(width);
    for (size_t i = 0; i < width; ++i) {
      row[i] = tensor.dtype == DType::kF32
                   ? tensor.as<float>()[r * width + i]
                   : tensor.as<int8_t>()[r * width + i] *
                         static_cast<double>(view_.Find(name + kScalesSuffix).as<float>()[r]);
    }
    return row;
  }
  std::vector<double> Norm(const std::string& name, const std::vector<double>& x) const {
    double mean = 0, variance = 0;
    for (const double value : x) mean += value / x.size();
    for (const double value : x) variance += (value - mean) * (value - mean) / x.size();
    std::vector<double> y(x.size());
    for (size_t i = 0; i < x.size(); ++i) {
      y[i] =
          (x[i] - mean) / std::sqrt(variance + 1e-5) * view_.Find(name + ".weight").as<float>()[i] +
          view_.Find(name + ".bias").as<float>()[i];
    }
    return y;
  }
  std::vector<double> Dense(const std::string& name, const std::vector<double>& x) const {
    std::vector<double> y(view_.Find(name + ".weight").shape.rows());
    for (size_t o = 0; o < y.size(); ++o) {
      const auto row = Row(name + ".weight", o);
      y[o] = view_.Find(name + ".bias").as<float>()[o];
      for (size_t i = 0; i < x.size(); ++i) y[o] += row[i] * x[i];
    }
    return y;
  }
  static double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

  template <typename Sees>
  std::vector<double> Attend(const std::string& prefix, size_t window, const Matrix& qkv, size_t i,
                             const Sees& sees) const {
    const size_t d = spec_.encoder.width, head_width = spec_.encoder.head_width();
    std::vector<double> out(d);
    for (size_t h = 0; h < spec_.encoder.heads; ++h) {
      double sum = 0;
      std::vector<double> mixed(head_width);
      for (size_t j = 0; j <= i; ++j) {
        if (i - j >= window || !sees(j)) continue;
        double logit = 0;
        for (size_t c = h * head_width; c < (h + 1) * head_width; ++c)
          logit += qkv[i][c] * qkv[j][d + c];
        logit = logit / std::sqrt(double(head_width)) +
                view_.Find(prefix + "relative_bias").as<float>()[h * window + i - j];
        sum += std::exp(logit);
        for (size_t c = 0; c < head_width; ++c) {
          mixed[c] += std::exp(logit) * qkv[j][2 * d + h * head_width + c];
        }
      }
      for (size_t c = 0; c < head_width; ++c) out[h * head_width + c] = mixed[c] / sum;
    }
    return out;
  }
  void AddBranch(const std::string& gate, const std::vector<double>& branch,
                 std::vector<double>& x) const {
    const bool is_gated = spec_.encoder.block == BlockKind::kGated;
    const auto g = is_gated ? Dense(gate, x) : std::vector<double>(x.size());
    for (size_t c = 0; c < x.size(); ++c) x[c] += (is_gated ? Sigmoid(g[c]) : 1.0) * branch[c];
  }
  Matrix Layer(const std::string& prefix, Matrix x) const {
    Matrix qkv;
    for (const auto& row : x) qkv.push_back(Dense(prefix + "qkv", Norm(prefix + "norm1", row)));
    for (size_t i = 0; i < x.size(); ++i) {
      AddBranch(prefix + "gate1",
                Dense(prefix + "output",
                      Attend(prefix, spec_.encoder.window, qkv, i, [](size_t) { return true; })),
                x[i]);
      const auto up = Dense(prefix + "up", Norm(prefix + "norm2", x[i]));
      const size_t f = spec_.encoder.feed_forward;
      std::vector<double> inner(f);
      for (size_t c = 0; c < f; ++c) {
        inner[c] = spec_.encoder.block == BlockKind::kGated ? up[c] * Sigmoid(up[c]) * up[f + c]
                                                            : std::max(up[c], 0.0);
      }
      AddBranch(prefix + "gate2", Dense(prefix + "down", inner), x[i]);
    }
    return x;
  }

  const ModelView& view_;
  const ModelSpec& spec_;
};

struct Case {
  const char* name;
  BlockKind kind;
  DType dtype;
  uint32_t width, heads, layers, inner, window;
  size_t event_count;
  bool normalize;
  double tolerance;  ///< of a score, relative to the largest; i8 quantises activations too
  uint32_t time_gap_buckets = 0;
  std::vector<uint32_t> family_labels = {};
  uint32_t short_term_events = 0, short_term_s = 0, projection_width = 0;
  uint32_t action_count = 0, value_buckets = 0;
  friend void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }
};

class NaiveForward : public testing::TestWithParam<Case> {};

ModelSpec SpecOf(const Case& c) {
  ModelSpec spec;
  spec.item_count = 37;
  spec.encoder = {.width = c.width,
                  .layers = c.layers,
                  .heads = c.heads,
                  .feed_forward = c.inner,
                  .window = c.window,
                  .block = c.kind};
  spec.weight_dtype = c.dtype;
  spec.normalize_hidden = c.normalize;
  spec.logit_scale = c.normalize ? 12.5f : 1.0f;
  spec.input_scale = 1.7f;
  spec.time_gap_buckets = c.time_gap_buckets;
  if (!c.family_labels.empty()) {
    spec.intent = IntentSpec{.family_labels = c.family_labels,
                             .layers = c.layers,
                             .short_term_events = c.short_term_events,
                             .short_term_s = c.short_term_s};
  }
  spec.projection_width = c.projection_width;
  spec.action_count = c.action_count;
  spec.value_buckets = c.value_buckets;
  return spec;
}

TEST_P(NaiveForward, EngineComputesTheEquations) {
  const Case& c = GetParam();
  const ModelSpec spec = SpecOf(c);
  TestModel model(spec);
  std::vector<Event> events;
  Random random(7), times(8), contexts(9);
  for (size_t i = 0; i < c.event_count; ++i) {
    const int64_t time_s = times.NextBelow(5) == 0 ? 0 : 5000 + times.NextBelow(200) + 30 * i;
    events.push_back({static_cast<uint32_t>(random.NextBelow(spec.item_count)), time_s});
    if (c.action_count > 0) {
      events.back().action = static_cast<uint32_t>(contexts.NextBelow(c.action_count + 1));
    }
    if (contexts.NextBelow(3) > 0)
      events.back().value = static_cast<float>(contexts.NextUniform()) - 0.5f;
  }
  auto recommender = Recommender::Create(model.view());
  ASSERT_TRUE(recommender.ok()) << recommender.status().message();
  auto session = (*recommender)->CreateSession();
  ASSERT_TRUE(session.ok());
  ASSERT_TRUE((*session)->Assign(events).ok());
  std::vector<float> scores(spec.item_count);
  ASSERT_TRUE((*session)->ScoreAll(scores).ok());

  NaiveModel naive(model.view());
  const std::vector<double> query = naive.Query(events);
  double highest = 0;
  for (uint32_t i = 0; i < spec.item_count; ++i) {
    highest = std::max(highest, std::fabs(naive.Score(query, i)));
  }
  for (uint32_t i = 0; i < spec.item_count; ++i) {
    EXPECT_NEAR(scores[i], naive.Score(query, i), c.tolerance * highest) << "item " << i;
  }
  const IntentReadout intent = (*session)->intent();
  ASSERT_EQ(intent.probabilities.size(), naive.probabilities.size());
  ASSERT_EQ(intent.weights.size(), naive.weights.size());
  for (size_t l = 0; l < naive.probabilities.size(); ++l) {
    EXPECT_NEAR(intent.probabilities[l], naive.probabilities[l], c.tolerance) << "label " << l;
  }
  for (size_t m = 0; m < naive.weights.size(); ++m) {
    EXPECT_NEAR(intent.weights[m], naive.weights[m], c.tolerance) << "family " << m;
  }
}

using enum BlockKind;
using enum DType;

const Case kCases[] = {
    {"GatedTiny", kGated, kF32, 4, 2, 2, 6, 3, 2, false, 2e-6},
    {"GatedPastTheWindow", kGated, kF32, 4, 2, 2, 6, 3, 23, false, 2e-6},
    {"GatedOneEvent", kGated, kF32, 8, 1, 3, 12, 5, 1, false, 2e-6},
    {"GatedOddWidths", kGated, kF32, 21, 3, 3, 13, 7, 30, true, 2e-6},
    {"GatedRealSize", kGated, kF32, 64, 2, 2, 256, 50, 120, true, 4e-6},
    {"WindowOne", kGated, kF32, 4, 2, 2, 6, 1, 4, false, 2e-6},
    {"SasRec", kSasRec, kF32, 12, 2, 2, 20, 6, 17, false, 2e-6},
    {"GatedTimes", kGated, kF32, 64, 2, 2, 256, 50, 120, true, 4e-6, 9},
    {"SasRecTimes", kSasRec, kF32, 12, 2, 2, 20, 6, 17, false, 2e-6, 4},
    {"GatedContexts", kGated, kF32, 24, 2, 2, 40, 6, 17, true, 4e-6, 9, {}, 0, 0, 10, 3, 7},
    {"Projection", kGated, kF32, 24, 2, 2, 20, 6, 17, true, 4e-6, 9, {}, 0, 0, 10},
    {"ProjectionDot", kSasRec, kF32, 24, 2, 2, 20, 6, 17, false, 4e-6, 0, {}, 0, 0, 24},
    {"ProjectionInt8", kGated, kI8, 64, 2, 1, 128, 20, 30, false, 0.12, 0, {}, 0, 0, 32},
    {"Hierarchy", kGated, kF32, 12, 2, 1, 20, 6, 17, false, 4e-6, 0, {3, 2, 5}},
    {"ShortTermByEvents", kGated, kF32, 12, 2, 2, 20, 6, 40, true, 4e-6, 4, {4}, 3},
    {"ShortTermByAge", kGated, kF32, 64, 2, 2, 256, 50, 60, false, 8e-6, 9, {3, 18, 2, 6}, 20, 200},
    {"SasRecShortTerm", kSasRec, kF32, 21, 3, 1, 13, 7, 30, false, 4e-6, 0, {2, 2}, 7, 100},
    {"ShortTermI8", kGated, kI8, 64, 2, 1, 128, 20, 40, false, 0.05, 9, {3, 18, 2, 6}, 20, 200},
    {"GatedI8", kGated, kI8, 64, 2, 2, 128, 50, 120, false, 0.02},
    {"GatedI8OddWidths", kGated, kI8, 21, 3, 3, 13, 7, 30, true, 0.08},
    {"SasRecI8", kSasRec, kI8, 48, 4, 2, 96, 20, 33, false, 0.02},
};

INSTANTIATE_TEST_SUITE_P(Shapes, NaiveForward, testing::ValuesIn(kCases),
                         [](const auto& suite_case) { return suite_case.param.name; });

}  // namespace
}  // namespace tsugi
