#include "native/studies/imagine/prior_study.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/base/aligned_buffer.h"
#include "core/base/random.h"
#include "core/model/model_view.h"
#include "core/model/tensor_table.h"
#include "native/eval/metrics.h"
#include "native/studies/imagine/rating_verifier.h"
#include "native/train/model_tensors.h"
#include "native/train/modules/layers.h"
#include "native/train/parallel.h"
#include "native/train/stages/imagine/rating_examples.h"

namespace tsugi::train {
namespace {

constexpr size_t kStepUsers = 150;  // of the comparison of step counts
constexpr size_t kMostGroups = 8;   // favourite attributes

/// P(S >= wins) of a fair coin thrown `count` times.
/// In logarithms: the binomial coefficients of more than a thousand users overflow a double.
double SignTest(size_t wins, size_t count) {
  double p = 0.0;
  for (size_t k = wins; k <= count; ++k) {
    p += std::exp(std::lgamma(count + 1.0) - std::lgamma(k + 1.0) - std::lgamma(count - k + 1.0) -
                  static_cast<double>(count) * std::log(2.0));
  }
  return std::min(1.0, p);
}

std::vector<double> ToVector(const torch::Tensor& values) {
  const auto flat = values.to(torch::kFloat64).contiguous();
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

class PriorStudy {
 public:
  PriorStudy(const Dataset& dataset, const ModelView& model, const PriorStudyOptions& options)
      : dataset_(dataset), model_(model), options_(options), rows_(ReadConceptRows(model)) {}

  Result<StudyValues> Run() {
    const auto collect = [&](RatingPart part) -> Result<RatingExamples> {
      TSUGI_ASSIGN_OR_RETURN(
          RatingExamples examples,
          CollectRatings(dataset_, model_, options_.like_value, part, options_.sample.seed));
      DropItemsWithoutRow(rows_, examples);
      return examples;
    };
    TSUGI_ASSIGN_OR_RETURN(train_, collect(RatingPart::kTrain));
    TSUGI_ASSIGN_OR_RETURN(const RatingExamples valid, collect(RatingPart::kValid));
    TSUGI_ASSIGN_OR_RETURN(test_, collect(RatingPart::kTest));
    TSUGI_ASSIGN_OR_RETURN(const VerifierResult verified,
                           TrainVerifier(rows_, static_cast<int64_t>(dataset_.sequence_count()),
                                         train_, valid, test_, options_.sample.seed));
    verifier_ = verified.verifier;
    Add("ratings", train_.size());
    Add("verifier/held_out_auc", verified.held_out_auc);
    Add("verifier/low", verified.auc_low);
    Add("verifier/high", verified.auc_high);
    TSUGI_ASSIGN_OR_RETURN(ConceptSampler sampler, ConceptSampler::Create(model_));
    torch::NoGradGuard no_grad;
    ChooseUsers();
    TSUGI_RETURN_IF_ERROR(JudgeSamples(sampler));
    TSUGI_RETURN_IF_ERROR(CompareSteps(sampler));
    return values_;
  }

 private:
  void Add(const std::string& name, auto value) {
    values_.push_back({name, static_cast<double>(value)});
  }

  /// One test example a user, the first `users` of them.
  void ChooseUsers() {
    std::set<uint32_t> seen;
    for (size_t i = 0; i < test_.size() && users_.size() < options_.users; ++i) {
      if (!seen.insert(test_.users[i]).second) continue;
      users_.push_back(test_.users[i]);
      const size_t width = test_.width;
      const auto query = std::span(test_.queries).subspan(i * width, width);
      conditions_.emplace_back(query.begin(), query.end());
      if (!options_.user_vectors.defined()) continue;
      const float* own = options_.user_vectors.data_ptr<float>() + test_.users[i] * width;
      conditions_.back().assign(own, own + width);
    }
    Add("users", users_.size());
    Add("samples_per_user", options_.samples);
    std::vector<int64_t> liked;
    for (size_t i = 0; i < train_.size(); ++i) {
      if (train_.is_like[i] == 0) continue;
      liked.push_back(train_.items[i]);
      likes_of_[train_.users[i]].push_back(train_.items[i]);
    }
    liked_rows_ = rows_.index_select(0, torch::tensor(liked));
  }

  /// [users, samples, V].
  Result<torch::Tensor> Sample(ConceptSampler& sampler, const SampleOptions& wanted,
                               size_t users) const {
    const int64_t width = rows_.size(1);
    auto all = torch::empty({static_cast<int64_t>(users), options_.samples, width});
    for (size_t u = 0; u < users; ++u) {
      SampleOptions own = wanted;
      // Noise of its own for each user. One seed for all would make their samples depend on each
      // other, and the tests below count users as independent.
      own.seed = wanted.seed + static_cast<uint32_t>(u) * 7919u;
      TSUGI_RETURN_IF_ERROR(sampler.Sample(
          conditions_[u], own, 0, options_.samples,
          all.data_ptr<float>() + static_cast<int64_t>(u) * options_.samples * width));
    }
    return all;
  }

  /// Logits [users, samples] of rows [users, samples, W] by the verifier for users of numbers
  /// `of` (users_[of[i]] judges rows i).
  torch::Tensor Judge(const torch::Tensor& rows, const std::vector<size_t>& of) {
    std::vector<int64_t> judges;
    for (const size_t u : of) judges.insert(judges.end(), rows.size(1), users_[u]);
    return verifier_->forward(torch::tensor(judges), rows.flatten(0, 1))
        .view({rows.size(0), rows.size(1)});
  }
  torch::Tensor Judge(const torch::Tensor& rows) {
    std::vector<size_t> own(static_cast<size_t>(rows.size(0)));
    for (size_t u = 0; u < own.size(); ++u) own[u] = u;
    return Judge(rows, own);
  }

  /// What a set of rows [users, samples, W] is worth: how much the verifier likes them for the user
  /// they were made for, their distance to real liked rows (0: the same Gaussian), and the median
  /// of 1 - cosine to the nearest item.
  void AddQuality(const std::string& section, const std::string& name, const torch::Tensor& rows) {
    const std::string line = section + "/" + name + "/";
    Add(line + "liked", Judge(rows).sigmoid().mean().item<double>());
    Add(line + "frechet", FrechetDistance(rows.flatten(0, 1), liked_rows_));
    Add(line + "novelty", MedianOf(ToVector(Novelty(rows))));
  }

  /// Rows and items have length 1, so a product is a cosine.
  torch::Tensor Novelty(const torch::Tensor& rows) const {
    return 1.0 - std::get<0>(torch::matmul(rows.flatten(0, 1), rows_.t()).max(1));
  }

  /// A user's likes and dislikes start from the same noise, since the seed does not depend on the
  /// rating: a pair differs by the rating alone.
  Status JudgeSamples(ConceptSampler& sampler) {
    SampleOptions wanted = options_.sample;
    wanted.rating = Rating::kLike;
    TSUGI_ASSIGN_OR_RETURN(const torch::Tensor likes, Sample(sampler, wanted, users_.size()));
    wanted.rating = Rating::kDislike;
    TSUGI_ASSIGN_OR_RETURN(const torch::Tensor dislikes, Sample(sampler, wanted, users_.size()));
    const auto own = Judge(likes).mean(1), against = Judge(dislikes).mean(1);
    const auto is_better = own > against;
    const auto wins = static_cast<size_t>(is_better.sum().item<int64_t>());
    Add("likes_over_dislikes/users",
        static_cast<double>(wins) / static_cast<double>(users_.size()));
    Add("likes_over_dislikes/sign_test_p", SignTest(wins, users_.size()));
    PermuteUsers(likes);
    auto novelty = ToVector(Novelty(likes));
    std::sort(novelty.begin(), novelty.end());
    Add("novelty/least", novelty.front());
    Add("novelty/quantile_5", novelty[novelty.size() / 20]);
    // The scale to read novelty by: how far real items are from each other. The diagonal is an item
    // with itself.
    const auto given = rows_.index_select(0, (rows_.square().sum(1) > 0.0).nonzero().flatten());
    const auto between = torch::matmul(given, given.t()).fill_diagonal_(-1.0);
    Add("novelty/real_items", MedianOf(ToVector(1.0 - std::get<0>(between.max(1)))));
    AddQuality("rows", "imagined as likes", likes);
    AddQuality("rows", "imagined as dislikes", dislikes);
    AddBaselines(likes);
    AddGroups(own, is_better);
    return Status();
  }

  /// Strangers' samples judged by every user: means [judge, owner].
  void PermuteUsers(const torch::Tensor& likes) {
    const auto count = static_cast<int64_t>(users_.size());
    auto scores = torch::empty({count, count});
    for (int64_t judge = 0; judge < count; ++judge) {
      const std::vector<size_t> of(users_.size(), static_cast<size_t>(judge));
      scores[judge] = Judge(likes, of).mean(1);
    }
    const float* values = scores.data_ptr<float>();
    std::vector<size_t> owners(users_.size());
    for (size_t u = 0; u < owners.size(); ++u) owners[u] = u;
    const auto statistic = [&] {
      std::vector<double> own;
      for (size_t u = 0; u < owners.size(); ++u) {
        own.push_back(values[static_cast<int64_t>(u) * count + static_cast<int64_t>(owners[u])]);
      }
      return MedianOf(std::move(own));
    };
    // All pairs of judge and owner were scored above: a permutation only looks numbers up.
    const double own_score = statistic();
    Random random(options_.sample.seed, 31);
    double as_good = 1.0, sum = 0.0;
    for (uint32_t p = 0; p < options_.permutations; ++p) {
      Shuffle(owners, random);
      const double permuted = statistic();
      sum += permuted;
      as_good += permuted >= own_score ? 1.0 : 0.0;
    }
    Add("permutation/own", own_score);
    Add("permutation/permuted", sum / options_.permutations);
    // The real assignment counts as one of the permutations, so p is never 0.
    Add("permutation/p", as_good / (1.0 + options_.permutations));
  }

  /// What costs nothing: the mean of a user's liked rows, of all liked rows, another user's
  /// samples; and real items that the user liked.
  void AddBaselines(const torch::Tensor& likes) {
    auto of_user = torch::empty_like(likes), real = torch::empty_like(likes);
    const auto everybody = UnitRows(liked_rows_.mean(0, true));
    Random random(options_.sample.seed, 32);
    for (size_t u = 0; u < users_.size(); ++u) {
      const auto& liked = likes_of_[users_[u]];
      const auto at = static_cast<int64_t>(u);
      if (liked.empty()) {
        of_user[at] = everybody;
        real[at] = everybody;
        continue;
      }
      of_user[at] = UnitRows(rows_.index_select(0, torch::tensor(liked)).mean(0, true));
      for (int64_t s = 0; s < real.size(1); ++s) {
        real[at][s] = rows_[liked[random.NextBelow(liked.size())]];
      }
    }
    AddQuality("rows", "mean of the user's likes", of_user);
    AddQuality("rows", "mean of all likes", everybody.unsqueeze(0).expand_as(likes));
    AddQuality("rows", "imagined for another user", likes.roll(1, 0));
    AddQuality("rows", "real items that the user liked (training)", real);
  }

  void AddGroups(const torch::Tensor& own, const torch::Tensor& is_better) {
    std::vector<std::pair<size_t, size_t>> by_activity;  // (events, user)
    std::map<uint32_t, std::vector<size_t>> by_attribute;
    for (size_t u = 0; u < users_.size(); ++u) {
      by_activity.emplace_back(dataset_.train_end()[users_[u]], u);
      const auto favourite = Favourite(users_[u]);
      if (favourite) by_attribute[*favourite].push_back(u);
    }
    std::sort(by_activity.begin(), by_activity.end());
    const auto add = [&](const std::string& name, const std::vector<size_t>& users) {
      if (users.empty()) return;
      double liked = 0.0, like_share = 0.0;
      for (const size_t u : users) {
        const auto at = static_cast<int64_t>(u);
        const auto share = 1.0 / static_cast<double>(users.size());
        liked += share * own[at].sigmoid().item<double>();
        like_share += share * (is_better[at].item<bool>() ? 1.0 : 0.0);
      }
      Add("for whom/" + name + "/users", users.size());
      Add("for whom/" + name + "/liked", liked);
      Add("for whom/" + name + "/likes_over_dislikes", like_share);
    };
    const char* const names[] = {"least active third", "middle third", "most active third"};
    for (size_t third = 0; third < 3; ++third) {
      std::vector<size_t> users;
      for (size_t i = by_activity.size() * third / 3; i < by_activity.size() * (third + 1) / 3;
           ++i) {
        users.push_back(by_activity[i].second);
      }
      add(names[third], users);
    }
    std::vector<std::pair<size_t, uint32_t>> largest;
    for (const auto& [attribute, users] : by_attribute)
      largest.emplace_back(users.size(), attribute);
    std::sort(largest.rbegin(), largest.rend());
    for (size_t i = 0; i < std::min(kMostGroups, largest.size()); ++i) {
      const uint32_t attribute = largest[i].second;
      add(std::string(model_.attribute_names()[attribute]), by_attribute[attribute]);
    }
  }

  /// The attribute that a user's likes have more often than everybody's, by the largest margin.
  std::optional<uint32_t> Favourite(uint32_t user) {
    if (model_.attribute_names().size() == 0 || likes_of_[user].empty()) return std::nullopt;
    if (everybodys_.empty()) {
      for (const auto& [one, liked] : likes_of_)
        AddShares(liked, 1.0 / likes_of_.size(), everybodys_);
    }
    std::map<uint32_t, double> own;
    AddShares(likes_of_[user], 1.0, own);
    std::optional<uint32_t> best;
    double margin = 0.0;
    for (const auto& [attribute, share] : own) {
      if (share - everybodys_[attribute] <= margin) continue;
      margin = share - everybodys_[attribute];
      best = attribute;
    }
    return best;
  }
  void AddShares(const std::vector<int64_t>& items, double weight,
                 std::map<uint32_t, double>& shares) const {
    for (const int64_t item : items) {
      for (uint32_t at = model_.item_attribute_offsets[item];
           at < model_.item_attribute_offsets[item + 1]; ++at) {
        shares[model_.item_attributes[at]] += weight / static_cast<double>(items.size());
      }
    }
  }

  Status CompareSteps(ConceptSampler& sampler) {
    const size_t users = std::min(kStepUsers, users_.size());
    for (const uint32_t steps : options_.step_counts) {
      SampleOptions wanted = options_.sample;
      wanted.rating = Rating::kLike;
      wanted.steps = steps;
      TSUGI_ASSIGN_OR_RETURN(const torch::Tensor rows, Sample(sampler, wanted, users));
      AddQuality("denoising", std::to_string(steps) + " steps", rows);
    }
    return Status();
  }

  const Dataset& dataset_;
  const ModelView& model_;
  const PriorStudyOptions& options_;
  torch::Tensor rows_, liked_rows_;  // [N, V], [likes of training, V]
  RatingExamples train_, test_;
  RatingVerifier verifier_{nullptr};
  std::vector<uint32_t> users_;
  std::vector<std::vector<float>> conditions_;  // of users_, [W] each
  std::map<uint32_t, std::vector<int64_t>> likes_of_;
  std::map<uint32_t, double> everybodys_;  // share of likes with each attribute, mean over users
  StudyValues values_;
};

}  // namespace

// In doubles: the terms may be nearly equal and their difference small. The root of S_a S_b, which
// is not symmetric, has the trace of the root of S_a^(1/2) S_b S_a^(1/2), which is; eigenvalues
// that rounding makes negative count as 0.
double FrechetDistance(const torch::Tensor& a, const torch::Tensor& b) {
  const auto x = a.to(torch::kFloat64), y = b.to(torch::kFloat64);
  const auto covariance = [](const torch::Tensor& rows) {
    const auto centred = rows - rows.mean(0, true);
    return torch::matmul(centred.t(), centred) /
           std::max<double>(1.0, static_cast<double>(rows.size(0) - 1));
  };
  const auto root = [](const torch::Tensor& symmetric) {
    const auto [values, vectors] = torch::linalg_eigh(symmetric);
    return torch::matmul(vectors * values.clamp_min(0.0).sqrt().unsqueeze(0), vectors.t());
  };
  const auto of_x = covariance(x), of_y = covariance(y);
  const auto half = root(of_x);
  const auto between = root(torch::matmul(torch::matmul(half, of_y), half));
  const double distance = (x.mean(0) - y.mean(0)).square().sum().item<double>() +
                          (of_x.trace() + of_y.trace() - 2.0 * between.trace()).item<double>();
  return std::max(0.0, distance);
}

Result<StudyValues> StudyPrior(const Dataset& dataset, const ModelView& model,
                               const PriorStudyOptions& options) {
  if (!model.spec.imagine) {
    return Unsupported("the model does not imagine. Try: train with --preset imagine");
  }
  if (model.spec.item_count != dataset.item_count()) {
    return InvalidArgument("the data set has " + std::to_string(dataset.item_count()) +
                           " items, the model " + std::to_string(model.spec.item_count) +
                           ". Try: the data that it was trained on");
  }
  UseOneThreadPerOperation();
  return PriorStudy(dataset, model, options).Run();
}

}  // namespace tsugi::train
