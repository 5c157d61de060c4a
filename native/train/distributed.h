#ifndef TSUGI_NATIVE_TRAIN_DISTRIBUTED_H_
#define TSUGI_NATIVE_TRAIN_DISTRIBUTED_H_

#include <memory>
#include <vector>

#include "core/base/status.h"

// Forward, so that users of the trainer do not compile LibTorch's headers.
namespace at {
class Tensor;
}

namespace tsugi::train {

/// The processes that train together. One process alone takes the same path with world_size 1.
/// The only place that names c10d.
class ProcessGroup {
 public:
  /// Joins the group named by RANK, WORLD_SIZE, MASTER_ADDR (default 127.0.0.1) and MASTER_PORT
  /// (default 29500), as torchrun and most schedulers set them, or by Open MPI's
  /// OMPI_COMM_WORLD_RANK and _SIZE, as mpirun does. Without any of them: a group of one. Backend:
  /// Gloo. Errors: kInvalidArgument for numbers that make no sense, kInternal if the others cannot
  /// be reached.
  static Result<std::unique_ptr<ProcessGroup>> Join();
  ~ProcessGroup();

  int rank() const { return rank_; }
  int world_size() const { return world_size_; }

  /// Sums each tensor over all processes, in place; every process ends with the same values.
  /// Gradients travel as one flat bucket.
  void AllReduceSum(const std::vector<at::Tensor>& tensors);
  double AllReduceSum(double value);

 private:
  struct Backend;
  ProcessGroup(int rank, int world_size, std::unique_ptr<Backend> backend);
  int rank_;
  int world_size_;
  std::unique_ptr<Backend> backend_;
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_DISTRIBUTED_H_
