#include "native/studies/shift/light_gcn.h"

#include <cmath>

namespace tsugi::train {
namespace {

/// The product with a symmetric matrix: its derivative is the same product. LibTorch's own sparse
/// product calls a kernel for every entry, which took four fifths of a step.
struct SymmetricProduct : torch::autograd::Function<SymmetricProduct> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& rows,
                               const GraphAdjacency* matrix) {
    context->saved_data["matrix"] = reinterpret_cast<int64_t>(matrix);
    return matrix->Times(rows);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto* matrix =
        reinterpret_cast<const GraphAdjacency*>(context->saved_data["matrix"].toInt());
    return {matrix->Times(gradients[0].contiguous()), torch::Tensor()};
  }
};

}  // namespace

std::shared_ptr<const GraphAdjacency> GraphAdjacency::Build(const Interactions& train,
                                                            int64_t item_count) {
  // Every pair is two entries, user -> item and item -> user. Two passes make the compressed rows:
  // the first counts each node's entries, the second places them.
  const auto users = static_cast<int64_t>(train.user_count());
  const auto nodes = static_cast<size_t>(users + item_count);
  const std::vector<Interaction> pairs = train.pairs();
  auto graph = std::make_shared<GraphAdjacency>();
  graph->offsets.assign(nodes + 1, 0);
  for (const auto& [user, item] : pairs) {
    ++graph->offsets[user + 1];
    ++graph->offsets[static_cast<size_t>(users) + item + 1];
  }
  for (size_t node = 0; node < nodes; ++node) graph->offsets[node + 1] += graph->offsets[node];
  const auto degree = [&graph](size_t node) {
    return static_cast<double>(graph->offsets[node + 1] - graph->offsets[node]);
  };
  std::vector<int64_t> next(graph->offsets.begin(), graph->offsets.end() - 1);
  graph->columns.resize(2 * pairs.size());
  graph->weights.resize(2 * pairs.size());
  for (const auto& [user, item] : pairs) {
    const size_t node = static_cast<size_t>(users) + item;
    const auto weight = static_cast<float>(1.0 / std::sqrt(degree(user) * degree(node)));
    for (const auto& [from, to] : {std::pair<size_t, size_t>(user, node), {node, user}}) {
      const auto at = static_cast<size_t>(next[from]++);
      graph->columns[at] = static_cast<int32_t>(to);
      graph->weights[at] = weight;
    }
  }
  return graph;
}

// A symmetric matrix in compressed rows: row `node` of the product is a sum over its neighbours.
// Each output row is written once, and neighbours are read as whole rows.
torch::Tensor GraphAdjacency::Times(const torch::Tensor& rows) const {
  auto product = torch::zeros_like(rows);
  const int64_t width = rows.size(1);
  const float* from = rows.data_ptr<float>();
  float* to = product.data_ptr<float>();
  for (size_t node = 0; node + 1 < offsets.size(); ++node, to += width) {
    for (int64_t at = offsets[node]; at < offsets[node + 1]; ++at) {
      const float weight = weights[static_cast<size_t>(at)];
      const float* row = from + columns[static_cast<size_t>(at)] * width;
      for (int64_t d = 0; d < width; ++d) to[d] += weight * row[d];
    }
  }
  return product;
}

LightGcnImpl::LightGcnImpl(const Interactions& train, int64_t item_count, int64_t width,
                           int64_t layers)
    : user_count_(static_cast<int64_t>(train.user_count())),
      item_count_(item_count),
      layer_count_(layers),
      adjacency_(GraphAdjacency::Build(train, item_count)) {
  // One parameter, so that a layer is one product; drawn as two matrices, since Xavier's range
  // follows from the number of rows.
  vectors_ = register_parameter("vectors", torch::empty({user_count_ + item_count, width}));
  torch::NoGradGuard no_grad;
  torch::nn::init::xavier_uniform_(vectors_.slice(0, 0, user_count_));
  torch::nn::init::xavier_uniform_(vectors_.slice(0, user_count_));
}

// E^(k+1) = D^(-1/2) A D^(-1/2) E^(k), without weights or activations, as LightGCN has it: every
// layer is a product with the same matrix. Layer 0 are the vectors themselves.
std::vector<torch::Tensor> LightGcnImpl::Layers() const {
  std::vector<torch::Tensor> layers = {vectors_};
  for (int64_t i = 0; i < layer_count_; ++i) {
    layers.push_back(SymmetricProduct::apply(layers.back(), adjacency_.get()));
  }
  return layers;
}

torch::Tensor LightGcnImpl::Mean(const std::vector<torch::Tensor>& layers) {
  return torch::stack(layers).mean(0);
}

}  // namespace tsugi::train
