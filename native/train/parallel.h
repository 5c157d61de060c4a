#ifndef TSUGI_NATIVE_TRAIN_PARALLEL_H_
#define TSUGI_NATIVE_TRAIN_PARALLEL_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/base/status.h"

// Forward, so that users of the trainer do not compile LibTorch's headers.
namespace at {
class Tensor;
}

namespace tsugi::train {

/// Makes every tensor operation of the calling thread single-threaded, and those of OpenBLAS in the
/// whole process. A step is a few hundred small operations: split inside, they wait for each other
/// at every one, which on a shared machine costs more than the second core gives (measured: half
/// the events per second on two free cores, a tenth on busy ones). So whole shares of a batch run
/// side by side instead (RunWorkers).
void UseOneThreadPerOperation();

/// Runs task(0) .. task(count - 1), each on a thread of its own, the last one on the caller's, and
/// returns when all are done. Rethrows the first exception, by task number.
void RunWorkers(int64_t count, const std::function<void(int64_t)>& task);

/// Adds up the lists of tensors that the workers give, in the workers' order, so that a result does
/// not depend on how they are scheduled. A list may be empty; a tensor that no list defines stays
/// undefined. Overwrites the tensors of `shares`.
std::vector<at::Tensor> SumShares(const std::vector<std::vector<at::Tensor>>& shares);

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

#endif  // TSUGI_NATIVE_TRAIN_PARALLEL_H_
