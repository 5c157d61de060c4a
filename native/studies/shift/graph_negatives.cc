#include "native/studies/shift/graph_negatives.h"

namespace tsugi::train {
namespace {

constexpr int64_t kDraws = 100;  // before a user's own item is accepted: they own the catalogue

}  // namespace

GraphNegatives::GraphNegatives(const GraphNegativesConfig& config, const Interactions& train,
                               int64_t item_count, int64_t width)
    : config_(config), train_(train), item_count_(item_count) {
  if (config.kind == "cnsdiff") {
    diffusion_ = std::make_unique<NegativeDiffusion>(width, config.diffusion);
  }
}

torch::Tensor GraphNegatives::ItemRows(const torch::Tensor& all, const torch::Tensor& items) const {
  return all.index_select(0, items + static_cast<int64_t>(train_.user_count()));
}

double GraphNegatives::Train(const GraphBatch& batch, Random& random) {
  if (diffusion_ == nullptr) return 0.0;
  return diffusion_->Train(ItemRows(batch.mean, batch.positives), random);
}

torch::Tensor GraphNegatives::RandomItems(const torch::Tensor& users, int64_t per_user,
                                          Random& random) const {
  auto items = torch::empty({users.size(0) * per_user}, torch::kInt64);
  int64_t* out = items.data_ptr<int64_t>();
  const int64_t* user = users.data_ptr<int64_t>();
  for (int64_t i = 0; i < items.size(0); ++i) {
    for (int64_t draw = 0; draw < kDraws; ++draw) {
      out[i] = static_cast<int64_t>(random.NextBelow(static_cast<uint64_t>(item_count_)));
      if (!train_.contains(static_cast<uint32_t>(user[i / per_user]),
                           static_cast<uint32_t>(out[i]))) {
        break;
      }
    }
  }
  return items;
}

/// Of several random items the one with the highest score. Source: Zhang et al. 2013 (DNS).
torch::Tensor GraphNegatives::HardestItems(const GraphBatch& batch, Random& random) const {
  torch::NoGradGuard no_grad;
  const int64_t count = config_.candidates;
  const auto items = RandomItems(batch.users, count, random).view({-1, count});
  const auto rows = ItemRows(batch.mean, items.flatten()).view({-1, count, batch.mean.size(1)});
  const auto user = batch.mean.index_select(0, batch.users).unsqueeze(2);
  const auto best = torch::bmm(rows, user).squeeze(2).argmax(1, /*keepdim=*/true);
  return items.gather(1, best).squeeze(1);
}

/// On every layer the candidates are mixed with the positive, and the mixture with the highest
/// score is taken; the layers' mean is the negative. Source: Huang et al. 2021 (MixGCF).
torch::Tensor GraphNegatives::MixedVectors(const GraphBatch& batch, Random& random) const {
  const int64_t count = config_.candidates, width = batch.mean.size(1);
  const auto items = RandomItems(batch.users, count, random);
  // The user only chooses; the gradient goes through the candidates that were chosen.
  const auto user = batch.mean.index_select(0, batch.users).detach().unsqueeze(2);
  std::vector<torch::Tensor> chosen;
  for (const torch::Tensor& layer : batch.layers) {
    const auto rows = ItemRows(layer, items).view({-1, count, width});
    const auto positive = ItemRows(layer, batch.positives).unsqueeze(1);
    auto generator = at::detail::createCPUGenerator(random.NextU64());
    const auto share = torch::empty({rows.size(0), count, 1}).uniform_(0.0, 1.0, generator);
    const auto mixed = share * positive + (1.0 - share) * rows;
    const auto best = torch::bmm(mixed.detach(), user).argmax(1, /*keepdim=*/true);  // [B, 1, 1]
    chosen.push_back(mixed.gather(1, best.expand({-1, 1, width})).squeeze(1));
  }
  return torch::stack(chosen).mean(0);
}

DrawnNegatives GraphNegatives::Draw(const GraphBatch& batch, int64_t epoch, int64_t epochs,
                                    Random& random) {
  DrawnNegatives drawn;
  if (config_.kind == "dns") {
    drawn.items = HardestItems(batch, random);
    drawn.vectors = ItemRows(batch.mean, drawn.items);
    return drawn;
  }
  drawn.items = RandomItems(batch.users, 1, random);
  if (config_.kind == "mixgcf") {
    drawn.vectors = MixedVectors(batch, random);
    return drawn;
  }
  drawn.vectors = ItemRows(batch.mean, drawn.items);
  if (diffusion_ == nullptr) return drawn;
  drawn.hard = diffusion_->Synthesize(ItemRows(batch.mean, batch.positives).detach(),
                                      batch.mean.index_select(0, batch.users).detach(), random);
  const int64_t rows = batch.users.size(0);
  // Without the curriculum (an ablation) the mean of Beta(a, b) over all epochs.
  const auto hardness = config_.has_curriculum
                            ? DrawHardness(rows, epoch, epochs, random).unsqueeze(1)
                            : torch::full({rows, 1}, 0.5);
  drawn.vectors = hardness * drawn.hard + (1.0 - hardness) * drawn.vectors;
  return drawn;
}

}  // namespace tsugi::train
